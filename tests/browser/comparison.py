"""A profile and the real browser, on generated fetches through live gateways: they say the same, always.

What they compare: whether the page gets the answer and of which kind, its status, which headers the page sees, every
request that reached a gateway, preflights and the hops of redirects among them, and of those that it forwarded the
headers that CORS and the page put there.
"""

import json
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, Final, Protocol

import pytest

from crossgate.browser.exchanges import Verdict
from crossgate.browser.failures import Code
from crossgate.browser.gateway import Answered
from crossgate.browser.preflight_cache import PreflightCache
from crossgate.browser.profiles import CHROMIUM, FIREFOX, Profile
from crossgate.fetch.origin import OPAQUE
from tests.browser.consoles import Listen
from tests.browser.fetches import Case, for_answers, for_policies, sequences, uploads
from tests.browser.policies import HOSTS
from tests.browser.site import FRAMES, HTML, IN_PAGE, PAGE, Arrived, in_frame
from tests.browser.stage import LISTENERS, POLICIES, Stage, forwarded, heard, sent, told

SEED = 7
WIDTH = 12
"""How many fetches a page makes at once."""
EACH = 120
"""How many fetches of each kind a page makes."""
SEQUENCES = 60
"""How many sequences of fetches it makes beside them."""


class Driven(Protocol):
    """A browser that does as it is told."""

    version: str

    def open(self, url: str) -> None:
        """Load a page; return when it is loaded."""

    def run(self, script: str, *arguments: object) -> Any:
        """Run a function body in the page and return its value; of a promise, what it comes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Real:
    """A real browser, the profile that says what it does, and what the browser itself says."""

    browser: Driven
    profile: Profile
    listen: Listen


def drawn(stage: Stage, page: str, origin: str) -> list[Case]:
    """Draw fetches of a page to the hosts of policies and to the open ones."""
    random = Random(f"{SEED} {page} {origin}")  # noqa: S311 - nothing secret
    return [
        *for_policies(random, origin, stage.ports, POLICIES, EACH),
        *for_answers(random, origin, stage.ports["kong"], EACH),
    ]


def own(stage: Stage, origin: str) -> list[Case]:
    """Draw fetches of a page's own origin, from which redirects lead away."""
    random = Random(f"{SEED} own {origin}")  # noqa: S311 - as above
    return list(for_answers(random, origin, stage.ports["kong"], EACH, to=origin))


class Comparison:
    """The tests of one browser: a subclass has a fixture that gives it."""

    @pytest.mark.parametrize("host", HOSTS)
    def test_pages_of_any_host(self, stage: Stage, real: Real, host: str) -> None:
        origin = f"http://{host}:{stage.site.port}"
        compare(stage, real, origin + PAGE, drawn(stage, host, origin), IN_PAGE)

    @pytest.mark.parametrize("name", LISTENERS)
    def test_pages_of_a_gateways_own_hosts(self, stage: Stage, real: Real, name: str) -> None:
        origin = f"http://{'open' if name == 'kong' else 'p0'}.{name}.test:{stage.ports[name]}"
        compare(stage, real, origin + PAGE, [*own(stage, origin), *drawn(stage, name, origin)], IN_PAGE)

    def test_who_listens_to_an_upload(self, stage: Stage, real: Real) -> None:
        origin = f"http://{HOSTS[0]}:{stage.site.port}"
        drawn = uploads(Random(f"{SEED} upload"), origin, stage.ports["kong"])  # noqa: S311 - as above
        compare(stage, real, origin + PAGE, list(islice(drawn, EACH)), IN_PAGE)

    def test_a_preflight_may_spare_the_next(self, stage: Stage, real: Real) -> None:
        origin = f"http://{HOSTS[0]}:{stage.site.port}"
        drawn = sequences(Random(SEED), origin, stage.ports["kong"], SEQUENCES)  # noqa: S311 - as above
        cases = [case for sequence in drawn for case in sequence]
        compare(stage, real, origin + PAGE, cases, IN_PAGE, cache=PreflightCache(real.profile), width=1)

    @pytest.mark.parametrize("name", FRAMES)
    def test_frames(self, stage: Stage, real: Real, name: str) -> None:
        page = f"http://{HOSTS[0]}:{stage.site.port}"
        cases = drawn(stage, name, OPAQUE if FRAMES[name] else page)
        compare(stage, real, page + PAGE, cases, in_frame(name))

    def test_a_page_from_a_file(self, stage: Stage, real: Real, tmp_path: Path) -> None:
        page = tmp_path / "page.html"
        page.write_text(HTML)
        compare(stage, real, page.as_uri(), drawn(stage, "file", OPAQUE), IN_PAGE)


def compare(
    stage: Stage,
    real: Real,
    page: str,
    cases: list[Case],
    script: str,
    *,
    cache: PreflightCache | None = None,
    width: int = WIDTH,
) -> None:
    """Have a page make fetches, by a script of the page, so many at once, and compare what came of them."""
    differing = differences(stage, real, page, cases, script, cache=cache, width=width)
    title = f"{real.profile.title} {real.browser.version}"
    assert not differing, "\n".join([f"{title} differs, said first:", *differing])


def differences(
    stage: Stage,
    real: Real,
    page: str,
    cases: list[Case],
    script: str,
    *,
    cache: PreflightCache | None = None,
    width: int = WIDTH,
) -> list[str]:
    """Return each difference, in words."""
    expected = [stage.expected(case.fetch, real.profile, cache) for case in cases]
    real.browser.open(page)
    found: list[dict[str, Any]] = real.browser.run(script, [case.written for case in cases], width)
    differing = [
        f"{_written(case)}: {heard(said)} {said.get('said', '')}, not {told(model)} {model.failure}"
        for case, model, said in zip(cases, expected, found, strict=True)
        if heard(said) != told(model)
    ]
    wanted = sent(expected)
    logged = stage.wait_for(wanted)
    differing += [f"{path}: {logged[path]}, not {wanted[path]}" for path in wanted if logged[path] != wanted[path]]
    differing += _arrived_otherwise(stage, cases, expected)
    # What Chromium's frames of opaque origins say, its driver does not hear.
    return differing + (_called_otherwise(real, cases, expected) if script is IN_PAGE else [])


def _arrived_otherwise(stage: Stage, cases: list[Case], expected: list[Verdict[Answered]]) -> list[str]:
    """Return what the upstream saw otherwise than expected, on the paths to which redirects would have led too."""
    wanted: dict[str, list[Arrived]] = {path: [] for case in cases for path in case.paths} | forwarded(expected)
    arrived = stage.site.arrived
    return [
        f"{path}: there arrived {arrived.get(path, [])}, not {wanted[path]}"
        for path in wanted
        if arrived.get(path, []) != wanted[path]
    ]


def _called_otherwise(real: Real, cases: list[Case], expected: list[Verdict[Answered]]) -> list[str]:
    """Return the reasons that the browser called otherwise than expected, or named where none was expected."""
    wanted: dict[str, set[tuple[str, ...]]] = {}
    for case, verdict in zip(cases, expected, strict=True):
        wanted.setdefault(case.paths[0], set()).add(_names(real.profile, verdict))
    said = real.listen(sum(("",) not in names for names in wanted.values()))
    found: dict[str, set[str]] = {}
    for case in cases:
        found.setdefault(case.paths[0], set()).update(*(said.get(path, set()) for path in case.paths))
    return [
        f"{path}: it said {found[path]}, not {wanted[path]}"
        for path in wanted
        if not found[path] <= {name for names in wanted[path] for name in names}
        or any(found[path].isdisjoint(names) for names in wanted[path] if "" not in names)
    ]


_OTHERWISE: Final = {
    # Where more is wrong than one thing, the order in which they are looked for is not the standard's.
    (CHROMIUM, Code.REDIRECT_REFUSED): "RedirectContainsCredentials",
    (FIREFOX, Code.ALLOW_HEADERS_INVALID): "CORSMethodNotFound",
    # To a fetch that follows no redirects, that of a preflight is a status like others.
    (FIREFOX, Code.PREFLIGHT_REDIRECT): "CORSPreflightDidNotSucceed3",
    # It has no name for what is not forbidden by CORS.
    (CHROMIUM, Code.REDIRECT_CREDENTIALS): "",
}
"""What browsers say instead."""


def _names(profile: Profile, verdict: Verdict[Answered]) -> tuple[str, ...]:
    """Return what a browser may call the reason; "" is nothing."""
    failure = verdict.failure
    if failure is None:
        return ("",)
    name: str = getattr(failure.console, profile.name) or ""
    instead = _OTHERWISE.get((profile, failure.code))
    if profile is CHROMIUM and failure.is_preflight:
        is_led = any(header == "location" for header, _ in verdict.exchanges[-1].answer.headers)
        instead = "PreflightDisallowedRedirect" if is_led else instead
    return (name,) if instead is None else (name, instead)


def _written(case: Case) -> str:
    url, options = case.written
    return f"{json.dumps(options)} of {url.partition('?')[0]}, asking for {case.asked}"
