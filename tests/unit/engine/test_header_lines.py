import pytest

from crossgate.engine.header_lines import Line, count, index, nominated, sanitised, upgrade, values


def test_lines_of_known_names_are_one_value_without_empty_parts() -> None:
    assert values([("origin", ""), ("origin", "a"), ("x", "y"), ("origin", "b")], "origin") == ("a,b",)
    assert values([("origin", ""), ("origin", "")], "origin") == ("",)


def test_lines_of_other_names_stay_apart() -> None:
    lines = [("x-key", ""), ("x-key", "a")]
    assert values(lines, "x-key") == ("", "a")
    assert values(lines, "x-other") == ()
    assert index(lines) == {"x-key": ("", "a")}


def test_joined_lines_count_as_one_header() -> None:
    assert count([("origin", "a"), ("origin", "b"), ("x", "a"), ("x", "b"), ("host", "h")]) == 4


CONNECTION: dict[str, frozenset[str] | None] = {
    "": frozenset(),
    "close, Keep-Alive, upgrade, HTTP2-Settings, connection": frozenset(),
    "Origin ,x-a": frozenset({"origin", "x-a"}),
    ",,,,,,,,,,,,x-a": frozenset({"x-a"}),
    "1,2,3,4,5,6,7,8,9": frozenset("123456789"),
    "1,2,3,4,5,6,7,8,9,10": None,
    "X-Forwarded-For": None,
    " :path": None,
}


@pytest.mark.parametrize(("value", "expected"), CONNECTION.items())
def test_connection_names_headers_to_drop(value: str, expected: frozenset[str] | None) -> None:
    assert nominated([("connection", value)]) == expected


def test_all_connection_lines_name_headers() -> None:
    assert nominated([("connection", "a"), ("connection", "b")]) == frozenset({"a", "b"})


@pytest.mark.parametrize(("size", "expected"), [(255, frozenset({"te"})), (256, None)])
def test_a_long_te_is_not_to_be_named(size: int, expected: frozenset[str] | None) -> None:
    assert nominated([("te", "a" * size), ("connection", "te")]) == expected


@pytest.mark.parametrize(
    ("option", "protocol", "expected"),
    [("keep-alive, Upgrade", "WebSocket", "websocket"), ("upgrade", "h2c", None), ("close", "websocket", None)],
)
def test_an_upgrade_needs_both_headers(option: str, protocol: str, expected: str | None) -> None:
    assert upgrade([("connection", option), ("upgrade", protocol)]) == expected
    assert upgrade([("connection", option)]) is None


def test_what_clients_may_not_say_is_dropped() -> None:
    lines: list[Line] = [("host", "h"), ("connection", "close"), ("te", "gzip"), ("x-envoy-retry-on", "5xx")]
    lines += [("x-request-id", "1"), ("x-forwarded-proto", "https"), ("expect", "100-Continue"), ("origin", "o")]
    assert sanitised(lines, scheme="http") == (("origin", "o"), ("x-forwarded-proto", "http"))


def test_what_clients_may_say_is_kept() -> None:
    lines: list[Line] = [("x-a", "1"), ("x-envoy-attempt-count", "2"), ("expect", "x"), ("te", "gzip, trailers")]
    lines += [("connection", "Upgrade"), ("upgrade", "websocket")]
    kept = [line for line in lines if line[0] != "te"]
    assert sanitised(lines, scheme="https") == (*kept, ("te", "trailers"), ("x-forwarded-proto", "https"))
