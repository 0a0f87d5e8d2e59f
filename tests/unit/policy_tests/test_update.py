"""What was observed is written where something else was expected, and nothing else changes."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from crossgate.diagnostics import Diagnostics
from crossgate.engine.decide import Engine
from crossgate.policy_tests.reading import read_cases
from crossgate.policy_tests.run import run
from crossgate.policy_tests.update import difference, updated
from crossgate.source import Source
from tests.unit.cli.configurations import configuration
from tests.unit.policy_tests.files import POLICY, played, source

SCALARS = """\
  - url: https://s.test/r   # of the shop
    origin: https://a.test
    expect: blocked  # to be seen
    status: 204
    outcome: 'actual-refused'
"""
TABLE = """\
  # who may what
  - url: https://s.test/r
    methods: [GET, PUT, DELETE]
    origins: [https://b.test]
    allowed:
      # partners
      https://a.test: [GET]  # more?
      https://c.test: [ "GET", 'PUT' ]
      "https://d.test":
        # reads
        - GET
        - PUT  # and writes

  - url: https://s.test/r
    origin: https://c.test
"""


def update(tests: str, policy: str = POLICY) -> str:
    """Return the tests as they are written anew."""
    return update_file(source(tests), policy).removeprefix("tests:\n")


def update_file(old: Source, policy: str = POLICY) -> str:
    """Return a file as it is written anew; a second time nothing changes."""
    engine, report = Engine(configuration(policy)), Diagnostics()
    texts = [old.text]
    for _ in range(2):
        file = read_cases(Source(name=old.name, text=texts[-1]), report)
        assert file is not None, "\n".join(map(str, report))
        texts.append(updated(file.source, run(file.cases, engine).results))
    _, once, twice = texts
    assert once == twice
    return once


def test_scalars_are_replaced_in_their_places_and_keep_their_quotes() -> None:
    wanted = SCALARS.replace("blocked ", "allowed ").replace("204", "200").replace("actual-refused", "actual-allowed")
    assert update(SCALARS) == wanted
    assert played(wanted).failed == ()


def test_rows_of_a_table_change_and_others_stay_as_they_are() -> None:
    new = update(TABLE)
    assert new == TABLE.replace("[GET]  # more?", "[GET, PUT]  # more?").replace("""[ "GET", 'PUT' ]""", "[]").replace(
        """\
      "https://d.test":
        # reads
        - GET
        - PUT  # and writes
""",
        """\
      "https://d.test": []
        # reads
      "https://b.test": [GET, PUT]
""",
    )
    assert played(new).failed == ()


BLOCK = """\
  - url: https://s.test/r
    methods: [GET, PUT, DELETE]
    allowed:
      https://a.test:
      - DELETE  # never
      - 'GET'   # always
      https://b.test:
      - DELETE
"""


def test_lines_of_a_list_go_and_come() -> None:
    wanted = BLOCK.replace("      - DELETE  # never\n", "").replace("# always\n", "# always\n      - PUT\n")
    assert update(BLOCK) == wanted.replace("      - DELETE\n", "      - GET\n      - PUT\n")


def test_a_flow_table_stays_one() -> None:
    new = update("  - {url: 'https://s.test/r', allowed: {https://a.test: [PUT]}, methods: [GET, PUT]}\n")
    assert "allowed: {https://a.test: [PUT, GET]}, methods" in new


def test_a_verdict_that_nothing_says_is_added() -> None:
    flow = "  - {url: 'https://s.test/r', origin: 'https://a.test'}\n"
    assert update(flow) == flow.replace("test/r',", "test/r', expect: allowed,")
    block = "  - origin: https://a.test\n    url: https://s.test/r  # here\n    method: GET\n"
    assert update(block) == block.replace("# here\n", "# here\n    expect: allowed\n")


def test_an_expectation_that_cases_share_changes_where_they_agree() -> None:
    both = "  - {url: 'https://s.test/r', origins: ['https://a.test', 'https://ORIGIN.test'], expect: blocked}\n"
    assert "expect: allowed" in update(both.replace("ORIGIN", "b"))
    assert update(both.replace("ORIGIN", "c")) == both.replace("ORIGIN", "c")


HEADERS = """\
  - url: https://s.test/r
    origin: https://a.test
    expect: allowed
    headers:
      access-control-allow-origin: "*"  # any
      x-total:
      x-gone: here
    readable:
      - X-Gone  # no more
    upstream: {headers: {X-Total: "1"}}
"""


def test_headers_and_readable_names_are_written() -> None:
    assert update(HEADERS) == HEADERS.replace('"*"', '"https://a.test"').replace("x-total:", 'x-total: "1"').replace(
        "x-gone: here", "x-gone: "
    ).replace("      - X-Gone  # no more\n", "      - x-total\n")


def test_anchors_stay_and_what_they_share_changes_where_all_agree() -> None:
    shared = """\
  - {url: 'https://s.test/r', origin: 'https://a.test', expect: &e blocked}
  - {url: 'https://s.test/r', origin: 'https://ORIGIN.test', expect: *e}
"""
    assert "expect: &e allowed}" in update(shared.replace("ORIGIN", "b"))
    assert update(shared.replace("ORIGIN", "c")) == shared.replace("ORIGIN", "c")


def test_json_stays_json() -> None:
    case = {"url": "https://s.test/r", "allowed": {"https://a.test": ["DELETE"], "https://b.test": []}}
    one = {"url": "https://s.test/r", "origin": "https://a.test", "headers": {"x": "1"}}
    tests = json.dumps({"tests": [case | {"methods": ["GET"]}, one]})
    found = json.loads(update_file(Source(name="a.cors.json", text=tests)))["tests"]
    assert found[0]["allowed"] == {"https://a.test": ["GET"], "https://b.test": ["GET"]}
    assert (found[1]["expect"], found[1]["headers"]) == ("allowed", {"x": None})


def test_what_any_origin_may_is_written_for_any_only_where_all_may() -> None:
    tests = "  - {url: 'https://s.test/r', allowed: {'*': [GET]}}\n"
    assert "allowed: {'*': []}" in update(tests)
    policy = POLICY.replace('"https://a.test", "https://b.test"', '"https://stranger.example"')
    assert "{'*': [], 'https://stranger.example': [GET]}" in update(tests, policy)
    assert update(tests, POLICY.replace('"https://a.test", "https://b.test"', '"*"')) == tests


def test_strangers_that_are_let_in_are_left() -> None:
    tests = "  - {url: 'https://s.test/r', allowed: {'https://a.test': [GET]}}\n"
    policy = POLICY.replace('"https://a.test", "https://b.test"', '"*"')
    assert update(tests, policy) == tests
    assert len(played(tests, policy).failed) > 1


def test_line_breaks_of_windows_stay() -> None:
    new = update(SCALARS.replace("    expect: blocked  # to be seen\n", "").replace("\n", "\r\n"))
    assert "    expect: allowed\r\n" in new
    assert "\n" not in new.replace("\r\n", "")


def test_the_difference_is_shown() -> None:
    shown = difference(source(SCALARS), source(update(SCALARS)).text)
    assert "-    status: 204\n" in shown
    assert "+    status: 200\n" in shown


origins = st.sampled_from(["https://a.test", "https://b.test", "https://c.test", "https://*.d.test"])
methods = st.lists(st.sampled_from(["GET", "PUT", "DELETE"]), unique=True)


@settings(deadline=None, max_examples=30)
@given(rows=st.dictionaries(origins, methods, min_size=1), is_flow=st.booleans())
def test_whatever_a_table_says_it_passes_once_it_is_updated(rows: dict[str, list[str]], is_flow: bool) -> None:  # noqa: FBT001 - drawn
    table = [f"'{origin}': [{', '.join(names)}]" for origin, names in rows.items()]
    written = f"{{{', '.join(table)}}}" if is_flow else "".join(f"\n      {line}" for line in table)
    others = [origin for origin in ("https://a.test", "https://b.test") if origin not in rows]
    listed = f"    origins: [{', '.join(others)}]\n" if others else ""
    new = update(f"  - url: https://s.test/r\n    methods: [GET, PUT]\n    allowed: {written}\n{listed}")
    assert played(new).failed == ()
