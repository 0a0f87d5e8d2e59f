import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.browser.request_headers import is_forbidden, is_safelisted, is_sent_without_cors, unsafe_names
from tests.unit.browser.vectors import Case, cases

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy


@pytest.mark.parametrize("case", cases("safelisted_request_header"))
def test_which_headers_are_sent_without_asking(case: Case) -> None:
    assert is_safelisted(case["name"], case["value"]) == case["safelisted"]


@pytest.mark.parametrize("case", cases("forbidden_request_header"))
def test_which_headers_a_page_cannot_set(case: Case) -> None:
    assert is_forbidden(case["name"], case["value"]) == case["forbidden"]


@pytest.mark.parametrize("case", cases("requested_headers"))
def test_what_a_preflight_asks_for(case: Case) -> None:
    names = unsafe_names((name, value) for name, value in case["headers"])
    assert (",".join(names) or None) == case["asks"]


@pytest.mark.parametrize("name", ["Accept", "Accept-Language", "content-language"])
def test_a_value_that_is_not_known_is_taken_to_be_the_usual_one(name: str) -> None:
    assert is_safelisted(name, None)


@pytest.mark.parametrize("name", ["Content-Type", "Range", "Authorization", "X-A", ""])
def test_what_usually_has_to_be_asked_for(name: str) -> None:
    assert not is_safelisted(name, None)


@pytest.mark.parametrize(
    ("value", "safelisted"),
    [
        ("text/plain", True),
        ("TEXT/Plain; charset=utf-8", True),
        (" text/plain\t", True),
        ("text/plain ;a=b", True),
        ("multipart/form-data; boundary=x", True),
        ("application/json", False),
        ('text/plain; charset="utf-8"', False),
        ("text/plain, text/plain", False),
        ("text/html", False),
        ("", False),
        ("text/plain;" + "a" * 117, True),
        ("text/plain;" + "a" * 118, False),
        ("text/plain;" + "\xe9" * 117, True),  # a character a byte: 128 bytes
    ],
)
def test_a_content_type_counts_by_its_value(value: str, *, safelisted: bool) -> None:
    assert is_safelisted("Content-Type", value) is safelisted


@pytest.mark.parametrize("name", ["X-HTTP-Method", "x-http-method-override", "X-METHOD-OVERRIDE"])
@pytest.mark.parametrize(
    ("value", "forbidden"),
    [("trace", True), ("GET,\tTrack", True), ("CONNECT", True), ("TRACES", False), ("", False), (None, False)],
)
def test_a_method_cannot_be_smuggled_in(name: str, value: str | None, *, forbidden: bool) -> None:
    assert is_forbidden(name, value) is forbidden


@pytest.mark.parametrize("name", ["secret", "proxies", "proxy", "sec", "x-sec-a", "cookies", ""])
def test_a_name_that_only_looks_forbidden(name: str) -> None:
    assert not is_forbidden(name, "1")


headers = st.lists(
    st.tuples(
        st.sampled_from(["Accept", "accept-language", "Content-Type", "Range", "X-A", "x-a", "X-B"]),
        st.none() | st.sampled_from(["", "text/plain", "bytes=0-", "a" * 128, "b" * 129, "(", "1"]),
    ),
    max_size=12,
)


@PATIENTLY
@given(headers)
def test_names_are_asked_for_in_order_and_once(given_headers: list[tuple[str, str | None]]) -> None:
    names = unsafe_names(given_headers)
    assert list(names) == sorted(set(names))
    assert set(names) <= {name.lower() for name, _ in given_headers}
    assert names == unsafe_names(reversed(given_headers))


@PATIENTLY
@given(headers, headers)
def test_more_headers_never_ask_for_less(
    some: list[tuple[str, str | None]], more: list[tuple[str, str | None]]
) -> None:
    assert set(unsafe_names(some)) <= set(unsafe_names([*some, *more]))


def test_what_is_sent_without_cors_is_less_than_what_need_not_be_asked_for() -> None:
    assert is_sent_without_cors("Accept", "a/b")
    assert not is_sent_without_cors("X-A", "1")
    assert is_safelisted("Range", "bytes=0-1")
    assert not is_sent_without_cors("Range", "bytes=0-1")
