import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.browser.answers import Header
from crossgate.browser.checks import cors_check, preflight_check
from crossgate.browser.failures import Code
from crossgate.browser.planned import PlannedFetch
from crossgate.fetch.methods import normalize_method
from tests.unit.browser.vectors import PAGE, Case, cases

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy

ORIGIN = "https://app.test"


def header(**lines: str) -> Header:
    """Answer for headers written `allow_origin=…`."""
    found = {f"access-control-{name.replace('_', '-')}": value for name, value in lines.items()}
    return found.get


def answer_of(case: Case) -> Header:
    """Join the lines of the headers as browsers do, which trim each."""
    lines = {key: [line.strip(" \t\r\n") for line in value] for key, value in case.items() if key.startswith("allow-")}
    return {f"access-control-{key}": ", ".join(value) for key, value in lines.items() if value}.get


@pytest.mark.parametrize("case", cases("cors_check"))
def test_the_cors_check(case: Case) -> None:
    fetch = PlannedFetch(origin=case["origin"], url="http://b.test/", credentials=case["credentials"] == "include")
    failure = cors_check(fetch, answer_of(case))
    assert (failure is None) == case["passes"]


@pytest.mark.parametrize("case", cases("preflight"))
def test_the_check_of_a_preflight(case: Case) -> None:
    fetch = PlannedFetch(
        origin=case.get("origin", PAGE),
        url="http://b.test/",
        method=normalize_method(case["method"]),
        headers=tuple((name, value) for name, value in case["headers"]),
        credentials=case["credentials"] == "include",
    )
    failure = preflight_check(fetch, case["answer"]["status"], answer_of(case["answer"]))
    assert (failure is None) == case["passes"]


def planned(method: str = "PUT", *names: str, credentials: bool = False, value: str = "1") -> PlannedFetch:
    return PlannedFetch(
        origin=ORIGIN,
        url="https://api.test/",
        method=method,
        headers=tuple((name, value) for name in names),
        credentials=credentials,
    )


@pytest.mark.parametrize(
    ("answer", "credentials", "reason"),
    [
        (header(), False, "it has no `Access-Control-Allow-Origin`"),
        (header(allow_origin="*"), True, "of it is `*`, which does not count for a fetch with credentials"),
        (header(allow_origin=f"{ORIGIN}, *"), False, f"is `{ORIGIN}, *`, several values where one may stand"),
        (header(allow_origin="https://*.test"), False, "not the page's origin `https://app.test`"),
        (header(allow_origin="null"), False, "is `null`, not the page's origin `https://app.test`"),
        (header(allow_origin="app.test"), False, "is `app.test`, which is no origin; the page's is `https://app.test`"),
        (header(allow_origin=ORIGIN), True, "has credentials, and it has no `Access-Control-Allow-Credentials`"),
        (
            header(allow_origin=ORIGIN, allow_credentials="True"),
            True,
            "and it has `Access-Control-Allow-Credentials: True`, not `true`",
        ),
    ],
)
def test_why_the_cors_check_fails(answer: Header, reason: str, *, credentials: bool) -> None:
    failure = cors_check(planned(credentials=credentials), answer, answer="it")
    assert failure is not None
    assert failure.step == "cors-check"
    assert reason in failure.reason


GRANTED = {"allow_origin": ORIGIN, "allow_credentials": "true"}


@pytest.mark.parametrize(
    ("fetch", "status", "answer", "step", "reason"),
    [
        (planned(), 200, header(), "cors-check", "the preflight's answer has no `Access-Control-Allow-Origin`"),
        (planned(), 404, header(**GRANTED), "preflight-status", "answered 404, which is not a success"),
        (planned(), 302, header(**GRANTED), "preflight-status", "answered 302"),
        (planned(), 204, header(**GRANTED), "preflight-method", "does not list `PUT`"),
        (
            planned("patch"),
            204,
            header(**GRANTED, allow_methods="GET,PATCH"),
            "preflight-method",
            "does not list `patch`, only `PATCH`, and the letter case counts",
        ),
        (
            planned(credentials=True),
            204,
            header(**GRANTED, allow_methods="*"),
            "preflight-method",
            "does not list `PUT`, and `*` counts only without credentials",
        ),
        (
            planned(),
            204,
            header(**GRANTED, allow_methods="PUT;GET"),
            "preflight-method",
            "`Access-Control-Allow-Methods: PUT;GET` is no list of names",
        ),
        (
            planned("GET", "X-B", "X-A"),
            204,
            header(**GRANTED, allow_headers="x-b"),
            "preflight-header",
            "does not list `x-a`",
        ),
        (
            planned("GET", "Authorization", "X-A"),
            204,
            header(**GRANTED, allow_headers="*"),
            "preflight-header",
            "does not list `authorization`, and `*` does not stand for it",
        ),
        (
            planned("GET", "X-A", credentials=True),
            204,
            header(**GRANTED, allow_headers="*"),
            "preflight-header",
            "does not list `x-a`, and `*` counts only without credentials",
        ),
        (
            planned("GET", "X-A"),
            204,
            header(**GRANTED, allow_headers="x-a y"),
            "preflight-header",
            "`Access-Control-Allow-Headers: x-a y` is no list of names",
        ),
    ],
)
def test_why_a_preflight_fails(fetch: PlannedFetch, status: int, answer: Header, step: str, reason: str) -> None:
    failure = preflight_check(fetch, status, answer)
    assert failure is not None
    assert failure.step == step
    assert reason in failure.reason


values = st.sampled_from(
    [None, "", "*", ORIGIN, f"{ORIGIN}/", "null", "true", "x-a", "x-a, *", "PUT", "authorization", ";"]
)
answers = st.builds(header, allow_origin=values, allow_credentials=values, allow_methods=values, allow_headers=values)
fetches = st.builds(
    planned, st.sampled_from(["GET", "PUT", "patch"]), st.sampled_from(["X-A", "Authorization", "Accept"])
)


@PATIENTLY
@given(fetches, answers, st.sampled_from([200, 204, 299, 300, 403]))
def test_what_passes_with_credentials_passes_without(fetch: PlannedFetch, answer: Header, status: int) -> None:
    """Save for a method or a header that is called `*`, which none is here."""
    with_credentials = PlannedFetch(
        origin=fetch.origin, url=fetch.url, method=fetch.method, headers=fetch.headers, credentials=True
    )
    if preflight_check(with_credentials, status, answer) is None:
        assert preflight_check(fetch, status, answer) is None


@PATIENTLY
@given(fetches, answers, st.sampled_from([200, 403]))
def test_a_preflight_that_passes_has_passed_the_cors_check(fetch: PlannedFetch, answer: Header, status: int) -> None:
    if preflight_check(fetch, status, answer) is None:
        assert cors_check(fetch, answer) is None


@PATIENTLY
@given(fetches, values, st.lists(st.sampled_from(["x-a", "X-A", "authorization", "*", "x-b"])))
def test_how_a_list_is_spaced_does_not_count(fetch: PlannedFetch, origin: str | None, listed: list[str]) -> None:
    outcomes = {
        preflight_check(
            fetch,
            200,
            header(allow_origin=origin or ORIGIN, allow_methods="*", allow_headers=joint.join(listed)),
        )
        for joint in (",", ", ", " ,\t", ",,")
    }
    assert len(outcomes) == 1


@pytest.mark.parametrize(
    ("allowed", "code"),
    [
        ("https://app.test, https://app.test", Code.ALLOW_ORIGIN_MULTIPLE),
        ("https://app.test https://b.test", Code.ALLOW_ORIGIN_MULTIPLE),
        ("https://app.test/", Code.ALLOW_ORIGIN_MISMATCH),
        ("app.test", Code.ALLOW_ORIGIN_INVALID),
        ("**", Code.ALLOW_ORIGIN_INVALID),
    ],
)
def test_what_is_the_matter_with_an_origin_is_told_as_chromium_does(allowed: str, code: Code) -> None:
    failure = cors_check(planned(), header(allow_origin=allowed))
    assert failure is not None
    assert failure.code is code
