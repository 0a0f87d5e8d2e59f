"""The Chromium profile and a real Chromium, on generated fetches through live gateways: they say the same, always.

What they compare: whether the page gets the answer and of which kind, its status, which headers the page sees, and
every request that reached a gateway, preflights and the hops of redirects among them.
"""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from crossgate.browser.preflight_cache import PreflightCache
from crossgate.browser.profiles import CHROMIUM
from tests.browser.fetches import Case, for_answers, for_policies, sequences
from tests.browser.policies import HOSTS
from tests.browser.site import IN_FRAME, IN_PAGE, PAGE
from tests.browser.stage import LISTENERS, POLICIES, Stage, heard, running_stage, sent, told
from tests.demo.webdriver import Browser

SEED = 7
WIDTH = 12
"""How many fetches a page makes at once."""
EACH = 120
"""How many fetches of each kind a page makes."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running_stage(Random(SEED), tmp_path_factory.mktemp("gateways")) as running:  # noqa: S311 - nothing secret
        yield running


def drawn(stage: Stage, page: str, origin: str) -> list[Case]:
    random = Random(f"{SEED} {page} {origin}")  # noqa: S311 - as above
    return [
        *for_policies(random, origin, stage.ports, POLICIES, EACH),
        *for_answers(random, origin, stage.ports["kong"], EACH),
    ]


def own(stage: Stage, origin: str) -> list[Case]:
    """Draw fetches of a page's own origin, from which redirects lead away."""
    random = Random(f"{SEED} own {origin}")  # noqa: S311 - as above
    return list(for_answers(random, origin, stage.ports["kong"], EACH, to=origin))


def compare(
    stage: Stage,
    browser: Browser,
    page: str,
    cases: list[Case],
    script: str,
    *,
    cache: PreflightCache | None = None,
    width: int = WIDTH,
) -> None:
    expected = [stage.expected(case.fetch, CHROMIUM, cache) for case in cases]
    browser.open(page)
    found: list[dict[str, Any]] = browser.run(script, [case.written for case in cases], width)
    differing = [
        f"{json.dumps(case.written)}: {heard(real)} {real.get('said', '')}, not {told(model)} {model.failure}"
        for case, model, real in zip(cases, expected, found, strict=True)
        if heard(real) != told(model)
    ]
    assert not differing, "\n".join(differing)
    wanted = sent(expected)
    assert stage.wait_for(wanted) == wanted


@pytest.mark.parametrize("host", HOSTS)
def test_pages_of_any_host(stage: Stage, chromium: Browser, host: str) -> None:
    origin = f"http://{host}:{stage.pages}"
    compare(stage, chromium, origin + PAGE, drawn(stage, host, origin), IN_PAGE)


@pytest.mark.parametrize("name", LISTENERS)
def test_pages_of_a_gateways_own_hosts(stage: Stage, chromium: Browser, name: str) -> None:
    origin = f"http://{'open' if name == 'kong' else 'p0'}.{name}.test:{stage.ports[name]}"
    compare(stage, chromium, origin + PAGE, [*own(stage, origin), *drawn(stage, name, origin)], IN_PAGE)


def test_a_preflight_may_spare_the_next(stage: Stage, chromium: Browser) -> None:
    origin = f"http://{HOSTS[0]}:{stage.pages}"
    drawn = sequences(Random(SEED), origin, stage.ports["kong"], 60)  # noqa: S311 - as above
    cases = [case for sequence in drawn for case in sequence]
    compare(stage, chromium, origin + PAGE, cases, IN_PAGE, cache=PreflightCache(CHROMIUM), width=1)


def test_a_sandboxed_frame(stage: Stage, chromium: Browser) -> None:
    page = f"http://{HOSTS[0]}:{stage.pages}{PAGE}"
    compare(stage, chromium, page, drawn(stage, "frame", "null"), IN_FRAME)
