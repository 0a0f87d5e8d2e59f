import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.fetch.methods import FORBIDDEN, SAFELISTED, is_token, normalize_method

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy


@pytest.mark.parametrize("text", ["GET", "patch", "M-SEARCH", "!#$%&'*+-.^_`|~09azAZ"])
def test_a_token(text: str) -> None:
    assert is_token(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "A B", "GET ", "GET\n", "a:b", "a,b", "a/b", '"a"', "(a)", "a@b", "[a]", "{a}", "é", "a\x00", "a="],
)
def test_no_token(text: str) -> None:
    assert not is_token(text)


@pytest.mark.parametrize("method", ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"])
def test_six_methods_are_written_in_upper_case(method: str) -> None:
    assert normalize_method(method.lower()) == method
    assert normalize_method(method.capitalize()) == method


@pytest.mark.parametrize("method", ["patch", "Patch", "query", "connect", "po\u017ft", "\uff30UT"])
def test_other_methods_stay_as_they_are(method: str) -> None:
    assert normalize_method(method) == method


@PATIENTLY
@given(st.text())
def test_normalizing_again_changes_nothing(method: str) -> None:
    once = normalize_method(method)
    assert normalize_method(once) == once


def test_no_method_is_safelisted_and_forbidden() -> None:
    assert not SAFELISTED & FORBIDDEN
