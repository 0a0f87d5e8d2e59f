"""What was observed is written where something else was expected, and nothing else changes."""

from crossgate.engine.decide import Engine
from crossgate.policy_tests.run import run
from crossgate.policy_tests.update import Updated, difference, updated
from tests.unit.cli.configurations import configuration
from tests.unit.policy_tests.files import POLICY, cases, played, source

SCALARS = """\
  - url: https://s.test/r   # of the shop
    origin: https://a.test
    expect: blocked  # to be seen
    status: 204
    outcome: 'actual-refused'
"""
TABLE = """\
  - url: https://s.test/r
    methods: [GET, PUT, DELETE]
    allowed:
      https://a.test: [GET]  # more?
      https://c.test: [GET]

  - url: https://s.test/r
    origin: https://c.test
"""


def update(tests: str) -> Updated:
    found = run(cases(tests).cases, Engine(configuration(POLICY)))
    return updated(source(tests), found.results)


def test_scalars_are_replaced_in_their_places() -> None:
    new = update(SCALARS)
    assert new.left == ()
    wanted = SCALARS.replace("blocked ", "allowed ").replace("204", "200").replace("'actual-refused'", "actual-allowed")
    assert new.text == source(wanted).text


def test_a_table_is_written_anew() -> None:
    new = update(TABLE)
    assert "      https://a.test: [GET, PUT]\n" in new.text
    assert "https://c.test: [" not in new.text
    assert new.text.endswith("\n\n  - url: https://s.test/r\n    origin: https://c.test\n")
    assert new.left == ()


def test_a_flow_table_stays_one() -> None:
    new = update("  - {url: 'https://s.test/r', allowed: {https://a.test: [PUT]}, methods: [GET, PUT]}\n")
    assert "allowed: {https://a.test: [GET, PUT]}, methods" in new.text


def test_what_is_updated_passes() -> None:
    for tests in (SCALARS, TABLE):
        text = update(tests).text.removeprefix("tests:\n")
        assert played(text).failed == ()


def test_what_nothing_says_is_left() -> None:
    new = update("  - {url: 'https://s.test/r', origin: 'https://a.test'}\n")
    assert [item.what for item in new.left] == ["verdict"]


def test_strangers_that_are_let_in_are_left() -> None:
    tests = "  - {url: 'https://s.test/r', allowed: {'https://a.test': [GET]}}\n"
    policy = POLICY.replace('"https://a.test", "https://b.test"', '"*"')
    found = run(cases(tests).cases, Engine(configuration(policy)))
    new = updated(source(tests), found.results)
    assert new.text == source(tests).text
    assert len(new.left) == len(found.failed) > 1


def test_the_difference_is_shown() -> None:
    shown = difference(source(SCALARS), update(SCALARS).text)
    assert "-    status: 204\n" in shown
    assert "+    status: 200\n" in shown
