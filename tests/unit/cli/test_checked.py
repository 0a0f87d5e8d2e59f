from crossgate.advice.search import Advice
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.profiles import CHROMIUM, FIREFOX, SAFARI, STANDARD
from crossgate.cli.checked import check_fetch
from crossgate.engine.decide import Engine
from crossgate.records import replace
from tests.unit.cli.configurations import SERVICE, checked, configuration

STAR = SERVICE.replace("headers: [X-A]", "headers: ['*']")
FETCH = PlannedFetch(origin="https://app.test", url="http://h/orders", headers=(("Authorization", "x"),))


def test_browsers_may_differ() -> None:
    found = checked(FETCH, configuration(STAR))
    assert (found.verdict.is_allowed, found.is_fine) == (False, False)
    assert found.differing == (CHROMIUM, FIREFOX, SAFARI)
    assert checked(FETCH, configuration(STAR), CHROMIUM).differing == (STANDARD,)


def test_browsers_mostly_agree() -> None:
    found = checked(replace(FETCH, headers=()), configuration(STAR))
    assert (found.is_fine, found.differing, found.advice) == (True, (), None)


def test_advice_is_looked_for_where_a_fetch_is_blocked() -> None:
    asked: list[PlannedFetch] = []

    def advise(fetch: PlannedFetch) -> tuple[Advice, ...]:
        asked.append(fetch)
        return ()

    for profile in (STANDARD, CHROMIUM):
        check_fetch(FETCH, Engine(configuration(STAR)), None, profile, advise)
    assert asked == [FETCH]
