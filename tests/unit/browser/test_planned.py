import pytest

from crossgate.browser.planned import PlannedFetch
from crossgate.fetch.methods import FORBIDDEN, SAFELISTED, normalize_method
from tests.unit.browser.vectors import Case, cases


def planned(method: str = "GET", *headers: tuple[str, str | None]) -> PlannedFetch:
    return PlannedFetch(origin="https://app.test", url="https://api.test/", method=method, headers=headers)


@pytest.mark.parametrize("case", cases("method"))
def test_methods(case: Case) -> None:
    method = normalize_method(case["written"])
    assert method == case["normalized"]
    assert (method in SAFELISTED) == case["safelisted"]
    assert (method.upper() in FORBIDDEN) == case["forbidden"]
    assert planned(method).needs_preflight != case["safelisted"]


@pytest.mark.parametrize(
    "fetch",
    [
        planned(),
        planned("POST", ("Content-Type", "text/plain")),
        planned("HEAD", ("Accept", None)),
        planned("GET", ("Cookie", "a=b"), ("Sec-A", None)),  # left out by the browser
    ],
)
def test_a_fetch_that_is_sent_at_once(fetch: PlannedFetch) -> None:
    assert not fetch.needs_preflight
    assert fetch.unsafe_names == ()


@pytest.mark.parametrize(
    ("fetch", "names"),
    [
        (planned("PUT"), ()),
        (planned("get"), ()),  # whoever plans it normalizes the method
        (planned("POST", ("Content-Type", "application/json")), ("content-type",)),
        (planned("POST", ("Content-Type", None)), ("content-type",)),
        (planned("GET", ("X-B", "1"), ("Cookie", "a"), ("x-a", None), ("X-b", "2")), ("x-a", "x-b")),
    ],
)
def test_a_fetch_that_is_asked_for(fetch: PlannedFetch, names: tuple[str, ...]) -> None:
    assert fetch.needs_preflight
    assert fetch.unsafe_names == names


def test_headers_that_a_page_cannot_set_are_left_out() -> None:
    fetch = planned("GET", ("Host", "a"), ("X-A", "1"), ("X-HTTP-Method", "TRACE"), ("X-HTTP-Method", "PUT"))
    assert fetch.sent_headers == (("X-A", "1"), ("X-HTTP-Method", "PUT"))
