from dataclasses import dataclass

import pytest

from crossgate.browser.answers import Headers
from crossgate.browser.exchanges import Sent
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import play
from crossgate.browser.preflight_cache import PreflightCache
from crossgate.browser.profiles import CHROMIUM, FIREFOX, PROFILES, STANDARD, Profile
from crossgate.records import replace
from tests.unit.browser.vectors import PAGE, Case, cases


@dataclass(frozen=True, kw_only=True)
class Given:
    status: int
    headers: Headers


@pytest.mark.parametrize("case", cases("cache"))
def test_steps(case: Case) -> None:
    profile = STANDARD._replace(longest_age=case.get("cap", STANDARD.longest_age))
    cache = PreflightCache(profile)
    lines = [
        (f"access-control-{key}", value) for key in ("max-age", "allow-methods", "allow-headers") for value in case[key]
    ]

    def ask(sent: Sent) -> Given:
        own = dict(sent.headers)
        granted = (("access-control-allow-origin", own["origin"]), ("access-control-allow-credentials", "true"))
        return Given(status=200, headers=(*granted, *lines))

    for step in case["steps"]:
        fetch = PlannedFetch(
            origin=PAGE,
            url="http://b.test/",
            method=step["method"],
            headers=tuple((name, "1") for name in step["headers"]),
            credentials=step["credentials"] == "include",
        )
        verdict = play(fetch, ask, profile, cache, step["at"])
        preflights = [item.kind for item in verdict.exchanges].count("preflight")
        assert (preflights, verdict.is_allowed) == (step["preflights"], step["passes"]), step


PUT = PlannedFetch(origin=PAGE, url="http://b.test/", method="PUT")


def remembering(profile: Profile, *methods: str, credentials: bool = False) -> PreflightCache:
    cache = PreflightCache(profile)
    cache.remember(replace(PUT, credentials=credentials), methods=methods, headers=(), age=10, now=0)
    return cache


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_what_every_browser_does(profile: Profile) -> None:
    cache = remembering(profile, "PUT")
    assert cache.spares(PUT, 9.9)
    assert not cache.spares(PUT, 10)
    assert not cache.spares(replace(PUT, url="http://b.test/?a"), 1)
    assert not cache.spares(replace(PUT, origin="http://other.test"), 1)
    assert not cache.spares(replace(PUT, headers=(("X-A", "1"),)), 1)
    assert not cache.spares(replace(PUT, credentials=True), 1)
    cache.forget(PUT)
    assert not cache.spares(PUT, 1)


def test_a_remembered_star() -> None:
    with_credentials = replace(PUT, credentials=True)
    assert remembering(STANDARD, "*", credentials=True).spares(with_credentials, 1)
    assert not remembering(CHROMIUM, "*", credentials=True).spares(with_credentials, 1)
    assert not remembering(CHROMIUM, "*", credentials=True).spares(PUT, 1)
    assert remembering(CHROMIUM, "*").spares(PUT, 1)
    assert remembering(CHROMIUM, "PUT", credentials=True).spares(PUT, 1)
    assert not remembering(FIREFOX, "PUT", credentials=True).spares(PUT, 1)
    assert not remembering(FIREFOX, "*").spares(PUT, 1)


def test_a_remembered_star_is_no_authorization() -> None:
    fetch = replace(PUT, headers=(("Authorization", "x"),))
    for profile in PROFILES:
        cache = PreflightCache(profile)
        cache.remember(fetch, methods=["PUT"], headers=["*"], age=10, now=0)
        assert not cache.spares(fetch, 1)


def test_names_add_up_where_they_are_kept_one_by_one() -> None:
    for profile, is_kept in ((STANDARD, True), (CHROMIUM, False), (FIREFOX, True)):
        cache = remembering(profile, "PUT")
        cache.remember(PUT, methods=["DELETE"], headers=[], age=10, now=1)
        assert cache.spares(PUT, 2) == is_kept
        assert cache.spares(replace(PUT, method="DELETE"), 2)


def test_what_is_heard_again_counts_from_then() -> None:
    cache = remembering(STANDARD, "PUT")
    cache.remember(PUT, methods=["PUT"], headers=[], age=2, now=1)
    assert not cache.spares(PUT, 4)


def test_firefox_looks_for_head_too() -> None:
    head = replace(PUT, method="HEAD", headers=(("X-A", "1"),))
    for profile, is_spared in ((STANDARD, True), (CHROMIUM, True), (FIREFOX, False)):
        cache = PreflightCache(profile)
        cache.remember(head, methods=[], headers=["X-A"], age=10, now=0)
        assert cache.spares(head, 1) == is_spared


def test_firefox_keeps_what_it_hears_with_credentials_and_without_apart() -> None:
    for profile, is_spared in ((STANDARD, True), (FIREFOX, False)):
        cache = remembering(profile, "PUT", credentials=True)
        cache.remember(PUT, methods=["DELETE"], headers=[], age=20, now=0)
        assert cache.spares(PUT, 1) == is_spared
        assert cache.spares(replace(PUT, method="DELETE"), 11)
        assert not cache.spares(replace(PUT, credentials=True), 11)


def test_a_name_beside_a_star_is_kept_where_the_star_does_not_count() -> None:
    cache = remembering(FIREFOX, "*", "PUT")
    assert cache.spares(PUT, 1)


def test_firefox_forgets_whatever_fails() -> None:
    unlike = Given(status=200, headers=(("access-control-allow-origin", "http://other.test"),))
    for profile, is_spared in ((STANDARD, True), (CHROMIUM, True), (FIREFOX, False)):
        cache = remembering(profile, "PUT")
        assert not play(replace(PUT, method="GET"), lambda _: unlike, profile, cache).is_allowed
        assert cache.spares(PUT, 1) == is_spared


def test_nothing_remembered_spares_nothing() -> None:
    assert not PreflightCache(FIREFOX).spares(replace(PUT, method="GET"), 0)
