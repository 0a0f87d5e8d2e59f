from dataclasses import dataclass

import pytest

from crossgate.browser.answers import Headers
from crossgate.browser.exchanges import Sent
from crossgate.browser.failures import Code, Failure
from crossgate.browser.planned import OnRedirect, PlannedFetch
from crossgate.browser.play import play
from crossgate.browser.profiles import CHROMIUM, FIREFOX, STANDARD, Profile
from crossgate.browser.redirects import MOST, Hop, redirect
from crossgate.fetch.url import parse_url
from crossgate.records import replace
from tests.unit.browser.vectors import Case, cases


@dataclass(frozen=True, kw_only=True)
class Given:
    status: int
    headers: Headers


@pytest.mark.parametrize("case", cases("redirect"))
def test_a_chain(case: Case) -> None:
    hops, sent = iter(zip(case["hops"], [*case["hops"][1:], None], strict=True)), []

    def ask(request: Sent) -> Given:
        hop, following = next(hops)
        sent.append(dict(request.headers).get("origin"))
        location = () if following is None else (("location", following["url"]),)
        allowed = tuple(("access-control-allow-origin", value) for value in hop["allow-origin"])
        return Given(status=hop["status"], headers=(*allowed, *location))

    verdict = play(PlannedFetch(origin=case["origin"], url=case["hops"][0]["url"]), ask)
    assert verdict.is_allowed == case["passes"]
    if case["passes"]:
        assert (len(sent), sent[-1]) == (len(case["hops"]), case["sends"])


PAGE = "https://app.test"


def hop(url: str = "https://api.test/a/b", method: str = "GET", *headers: tuple[str, str]) -> Hop:
    parsed = parse_url(url)
    assert parsed is not None
    fetch = PlannedFetch(origin=PAGE, url=url, method=method, headers=headers)
    return Hop(fetch=fetch, page=PAGE, url=parsed, planned=fetch, asking=fetch)


def followed(start: Hop, status: int, location: str) -> Hop:
    found = redirect(start, status, (("location", location),))
    assert isinstance(found, Hop)
    return found


@pytest.mark.parametrize(
    ("location", "url"),
    [("c", "https://api.test/a/c"), ("//b.test", "https://b.test/"), ("?d", "https://api.test/a/b?d")],
)
def test_where_it_leads(location: str, url: str) -> None:
    assert followed(hop(), 302, location).fetch.url == url


def test_the_fragment_stays_with_the_page() -> None:
    found = followed(hop("https://api.test/#x"), 302, "/b")
    assert (found.fetch.url, str(found.url)) == ("https://api.test/b", "https://api.test/b#x")


@pytest.mark.parametrize(
    ("status", "method", "becomes"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (301, "PUT", "PUT"),
        (302, "PUT", "PUT"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
    ],
)
def test_the_method_afterwards(status: int, method: str, becomes: str) -> None:
    start = hop("https://api.test/", method, ("Content-Type", "a/b"), ("X-A", "1"))
    found = followed(start, status, "/")
    assert found.fetch.method == becomes
    assert [name for name, _ in found.fetch.headers] == (["X-A"] if method != becomes else ["Content-Type", "X-A"])


def test_authorization_does_not_travel_to_another_origin() -> None:
    start = hop("https://api.test/", "GET", ("Authorization", "x"))
    assert followed(start, 302, "/b").fetch.headers == (("Authorization", "x"),)
    assert followed(start, 302, "https://b.test/").fetch.headers == ()


@pytest.mark.parametrize(
    ("start", "status", "location", "code"),
    [
        (hop(), 302, "http://[", Code.REDIRECT_LOCATION),
        (hop(), 302, "data:,x", Code.REDIRECT_SCHEME),
        (hop(), 302, "https://u@b.test/", Code.REDIRECT_CREDENTIALS),
        (replace(hop(), redirects=MOST), 302, "/", Code.REDIRECT_LIMIT),
        (replace(hop(), fetch=replace(hop().fetch, is_stream=True)), 307, "/", Code.REDIRECT_STREAM),
    ],
)
def test_a_redirect_that_leads_nowhere(start: Hop, status: int, location: str, code: Code) -> None:
    found = redirect(start, status, (("location", location),))
    assert isinstance(found, Failure)
    assert found.code is code


def test_the_last_redirect_that_is_followed() -> None:
    assert followed(replace(hop(), redirects=MOST - 1), 302, "/").redirects == MOST


def test_an_answer_without_a_location_is_no_redirect() -> None:
    assert redirect(hop(), 302, ()) is None


def test_browsers_go_nowhere_with_a_password() -> None:
    start = hop("https://app.test/")
    location = (("location", "https://user:word@app.test/"),)
    assert isinstance(redirect(start, 302, location, STANDARD), Hop)
    found = redirect(start, 302, location, CHROMIUM)
    assert isinstance(found, Failure)
    assert found.code is Code.REDIRECT_CREDENTIALS


def test_without_a_location_browsers_see_no_redirect() -> None:
    fetch = PlannedFetch(origin=PAGE, url="https://app.test/", on_redirect=OnRedirect.ERROR)
    verdicts = [play(fetch, lambda _: Given(status=302, headers=()), profile) for profile in (STANDARD, CHROMIUM)]
    assert [verdict.is_allowed for verdict in verdicts] == [False, True]


def requests(profile: Profile, fetch: PlannedFetch, status: int, *urls: str) -> list[tuple[str, str, str | None]]:
    """Play a fetch that is redirected to URLs in turn; return method, origin and names that were asked for."""
    led, sent = dict(zip((fetch.url, *urls), urls, strict=False)), []

    def ask(request: Sent) -> Given:
        own = dict(request.headers)
        sent.append((request.method, own.get("origin", ""), own.get("access-control-request-headers")))
        lists = (("access-control-allow-methods", "PUT"), ("access-control-allow-headers", "x-a,authorization,a"))
        granted = (("access-control-allow-origin", "*"), *lists)
        if request.kind == "preflight":
            return Given(status=200, headers=() if request.url.startswith(PAGE) else granted)
        location = (("location", led[request.url]),) if request.url in led else ()
        return Given(status=status if location else 200, headers=(*granted, *location))

    play(fetch, ask, profile)
    return sent


API, OTHER = "https://api.test/", "https://b.test/"


def test_firefox_asks_in_the_name_of_the_page() -> None:
    fetch = PlannedFetch(origin=PAGE, url=API, method="PUT")
    asked = [("OPTIONS", PAGE, None), ("PUT", PAGE, None)]
    assert requests(STANDARD, fetch, 307, OTHER) == [*asked, ("OPTIONS", "null", None), ("PUT", "null", None)]
    assert requests(FIREFOX, fetch, 307, OTHER) == [*asked, ("OPTIONS", PAGE, None), ("PUT", "null", None)]


def test_firefox_needs_no_grant_from_the_pages_own_origin() -> None:
    fetch = PlannedFetch(origin=PAGE, url=API, headers=(("X-A", "1"),))
    back = requests(FIREFOX, fetch, 302, f"{PAGE}/x")
    assert back[2:] == [("OPTIONS", PAGE, "x-a")]  # not granted for what it lists, but for where it is from
    fetch = PlannedFetch(origin=PAGE, url=API, method="PUT")
    assert requests(STANDARD, fetch, 303, f"{PAGE}/x")[2:] == [("GET", "null", None)]
    assert requests(FIREFOX, fetch, 303, f"{PAGE}/x")[2:] == [("OPTIONS", PAGE, None), ("GET", "null", None)]


def test_firefox_asks_again_after_each_redirect() -> None:
    fetch = PlannedFetch(origin=PAGE, url=API, headers=(("Authorization", "x"), ("X-A", "1")))
    far = requests(FIREFOX, fetch, 302, OTHER, f"{OTHER}2")
    assert far == [
        ("OPTIONS", PAGE, "authorization,x-a"),
        ("GET", PAGE, None),
        ("OPTIONS", PAGE, "x-a"),
        ("GET", "null", None),
        ("OPTIONS", PAGE, "authorization,x-a"),  # which was left out on the way
        ("GET", "null", None),
    ]
    own = PlannedFetch(origin=PAGE, url=f"{PAGE}/", headers=(("Authorization", "x"),))
    assert requests(STANDARD, own, 302, API) == [("GET", "", None), ("GET", PAGE, None)]
    assert requests(FIREFOX, own, 302, API) == [("GET", "", None), ("OPTIONS", PAGE, None), ("GET", PAGE, None)]
