"""A comparison against drawn requests: what any of them shows is told, so where nothing is told none shows a thing."""

from typing import Final

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from crossgate.browser.gateway import answering
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import is_same_origin, play
from crossgate.comparison.compare import compare
from crossgate.comparison.kinds import Kind
from crossgate.engine.decide import Engine
from crossgate.engine.respond import Response
from crossgate.fetch.lookalikes import lookalikes
from crossgate.fetch.origin import is_sent_by_browsers
from tests.support.config_edits import DIALECTS, EXPOSED, HEADERS, HOSTS, METHODS, ORIGINS, PATHS, edited, usable

PORTS: Final = {"kong": 8000, "higress": 80, "kgateway/httproute": 8080, "kgateway/trafficpolicy": 8080}
REAL: Final = [origin for origin in ORIGINS if origin != "*"]
EVERY: Final = [origin for real in REAL for origin in (real, *lookalikes(real)) if is_sent_by_browsers(origin)]
DEEPER: Final = ("", "/more", "-beside", "?q=1")
UPSTREAM: Final = Response(headers=tuple((name.lower(), "1") for name in EXPOSED if name != "*"))
FETCHES: Final = 60


@st.composite
def fetches(draw: st.DrawFn, port: int) -> PlannedFetch:
    """Draw a page's fetch of another origin."""
    host = draw(st.sampled_from(HOSTS)).replace("*", "deep.er")
    path = draw(st.sampled_from(PATHS)) + draw(st.sampled_from(DEEPER))
    names = draw(st.lists(st.sampled_from([name for name in HEADERS if name != "*"]), max_size=2, unique=True))
    fetch = PlannedFetch(
        origin=draw(st.sampled_from(EVERY)),
        url=f"http://{host}:{port}{path}",
        method=draw(st.sampled_from([*METHODS, "HEAD", "PURGE"])),
        headers=tuple((name, None) for name in names),
        credentials=draw(st.booleans()),
    )
    assume(not is_same_origin(fetch))
    return fetch


def shown(fetch: PlannedFetch, old: Engine, new: Engine) -> set[Kind]:
    """Return in which ways two engines differ about a fetch, worked out anew."""
    before, after = (play(fetch, answering(engine, upstream=UPSTREAM)) for engine in (old, new))
    if before.is_allowed is not after.is_allowed:
        return {Kind.NEWLY_ALLOWED if after.is_allowed else Kind.NO_LONGER_ALLOWED}
    seen = [{item.kind for item in each.exchanges if item.answer.is_forwarded} for each in (before, after)]
    found = set()
    if not before.is_allowed:
        found |= {Kind.NEWLY_FORWARDED} if seen[1] - seen[0] else set()
        return found | ({Kind.NO_LONGER_FORWARDED} if seen[0] - seen[1] else set())
    readable = [set(each.readable) for each in (before, after)]
    found |= {Kind.NEWLY_READABLE} if readable[1] - readable[0] else set()
    found |= {Kind.NO_LONGER_READABLE} if readable[0] - readable[1] else set()
    found |= {Kind.STATUS} if before.status != after.status else set()
    return found | ({Kind.REMEMBERED} if before.remembered != after.remembered else set())


@pytest.mark.parametrize("folder", DIALECTS)
def test_what_a_request_shows_is_told(folder: str) -> None:
    @settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
    @given(before=edited(folder), after=edited(folder, 1), data=st.data())
    def check(before: str, after: str, data: st.DataObject) -> None:
        configs = [usable(text) for text in (before, after)]
        assume(None not in configs)
        old, new = (Engine(config) for config in configs if config is not None)
        found = compare(old, new)
        assume(not found.missed and not found.unsettled)
        told = {item.kind for item in found.differences}
        for fetch in data.draw(st.lists(fetches(PORTS[folder]), min_size=FETCHES, max_size=FETCHES)):
            differs = shown(fetch, old, new)
            assert differs <= told, fetch
            seen.update(differs)

    seen: set[Kind] = set()
    check()
    assert seen
