import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.model.origins import AS_SENT, NO_PORT, AnyOrigin, ExactOrigin, Normalisation, OriginSet, WildcardOrigin

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy

ALL = Normalisation(fold_case=True, trailing_slash=True, default_port=True)


@pytest.mark.parametrize(
    ("normalisation", "origin", "compared", "echoed"),
    [
        (AS_SENT, "HTTP://A:80/", "HTTP://A:80/", "HTTP://A:80/"),
        (Normalisation(fold_case=True), "HTTP://A:80/", "http://a:80/", "HTTP://A:80/"),
        (Normalisation(trailing_slash=True), "http://a/", "http://a", "http://a"),
        (Normalisation(trailing_slash=True), "http://a//", "http://a//", "http://a//"),
        (Normalisation(trailing_slash=True), "http:///", "http:///", "http:///"),
        (Normalisation(trailing_slash=True), "/", "/", "/"),
        (Normalisation(default_port=True), "http://a:80", "http://a", "http://a"),
        (Normalisation(default_port=True), "https://a:443", "https://a", "https://a"),
        (Normalisation(default_port=True), "http://a:443", "http://a:443", "http://a:443"),
        (Normalisation(default_port=True), "http://a:8080", "http://a:8080", "http://a:8080"),
        (Normalisation(default_port=True), "http://a:80/", "http://a:80/", "http://a:80/"),
        (Normalisation(default_port=True), "HTTP://a:80", "HTTP://a:80", "HTTP://a:80"),
        (Normalisation(default_port=True), "http://[::1]:80", "http://[::1]", "http://[::1]"),
        (ALL, "HTTPS://A:443/", "https://a", "HTTPS://A:443"),
        (ALL, "https://A:443/", "https://a", "https://A"),
        (ALL, "null", "null", "null"),
        (ALL, "", "", ""),
    ],
)
def test_how_an_origin_is_compared_and_repeated(
    normalisation: Normalisation, origin: str, compared: str, echoed: str
) -> None:
    assert normalisation.apply(origin) == compared
    assert normalisation.echo(origin) == echoed


@PATIENTLY
@given(
    st.builds(Normalisation, fold_case=st.booleans(), trailing_slash=st.booleans(), default_port=st.booleans()),
    st.text(st.sampled_from("htps:/a.80443")),
)
def test_an_echo_is_a_beginning_of_what_was_sent(normalisation: Normalisation, origin: str) -> None:
    assert origin.startswith(normalisation.echo(origin))
    assert origin.lower().startswith(normalisation.apply(origin.lower()))


@pytest.mark.parametrize(
    ("host", "ports"),
    [
        ("*.a", frozenset({NO_PORT})),
        ("*", frozenset({NO_PORT})),
        ("a*b", frozenset({"80", NO_PORT})),
        ("a", frozenset({"80"})),
        ("a", None),
        ("[::1]", None),
    ],
)
def test_a_wildcard(host: str, ports: frozenset[str] | None) -> None:
    assert WildcardOrigin(written="x", scheme="http", host=host, ports=ports).host == host


@pytest.mark.parametrize(
    ("host", "ports", "complaint"),
    [
        ("a", frozenset({NO_PORT}), "an exact origin says it"),
        ("*.a/b", frozenset({NO_PORT}), "not a host"),
        ("user@*.a", frozenset({NO_PORT}), "not a host"),
        ("*.a,b", frozenset({NO_PORT}), "not a host"),
        ("*. a", frozenset({NO_PORT}), "not a host"),
        ("*.a", frozenset(), "matches nothing"),
        ("*.a", frozenset({"http"}), "not ports"),
        ("*.a", frozenset({"123456"}), "not ports"),
        ("*.a", frozenset({"*"}), "not ports"),
    ],
)
def test_no_wildcard(host: str, ports: frozenset[str], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        WildcardOrigin(written="x", scheme="http", host=host, ports=ports)


def test_a_set_is_any_where_one_entry_is() -> None:
    assert OriginSet(entries=(ExactOrigin(written="http://a"), AnyOrigin())).is_any
    assert not OriginSet(entries=(ExactOrigin(written="http://a"),)).is_any
    assert not OriginSet(entries=()).is_any
