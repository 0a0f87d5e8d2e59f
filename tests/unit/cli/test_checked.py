from crossgate.advice.search import Advice
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.profiles import CHROMIUM, FIREFOX, SAFARI, STANDARD
from crossgate.cli.checked import check_fetch, with_recorded
from crossgate.cli.drafts import Draft
from crossgate.cli.har import Recorded
from crossgate.cli.served import Served
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


def test_what_was_recorded_otherwise_is_not_fine() -> None:
    fetch = PlannedFetch(origin="https://app.test", url="http://orders.test/orders")
    found = checked(fetch, configuration(SERVICE))
    draft = Draft(url=fetch.url, origin=fetch.origin)
    assert found.is_fine
    assert with_recorded(found, Recorded(draft=draft)).is_fine
    assert not with_recorded(found, Recorded(draft=draft, actual=Served(status=200, headers=()))).is_fine
