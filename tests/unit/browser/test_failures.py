import re

import pytest

from crossgate.browser.failures import Code, Failure

CORS_CHECK = {code for code in Code if code.value.startswith(("allow-origin", "allow-credentials"))}


@pytest.mark.parametrize("code", Code)
def test_every_reason_is_a_step_of_the_standard(code: Code) -> None:
    failure = Failure(code=code, reason="")
    assert failure.standard.name
    assert re.fullmatch(r"https://fetch\.spec\.whatwg\.org/#[a-z-]+", failure.standard.url)
    assert (failure.step == "cors-check") == (code in CORS_CHECK)


def test_chromium_has_two_names_for_what_both_answers_can_fail_for() -> None:
    for code in CORS_CHECK:
        plain, preflight = (Failure(code=code, reason="", is_preflight=flag).console for flag in (False, True))
        assert plain.chromium is not None
        assert preflight.chromium == f"Preflight{plain.chromium}"
        assert preflight.firefox == plain.firefox


def test_what_only_preflights_fail_for_has_one_name() -> None:
    failure = Failure(code=Code.METHOD_REFUSED, reason="", is_preflight=True)
    assert failure.console.chromium == "MethodDisallowedByPreflightResponse"
    assert (failure.step, failure.standard.name) == ("preflight-method", "CORS-preflight fetch, step 7.5")


def test_authorization_is_looked_for_first() -> None:
    failures = (Failure(code=Code.HEADER_REFUSED, reason="", subject=name) for name in ("authorization", "x-a"))
    assert [failure.standard.name[-3:] for failure in failures] == ["7.6", "7.7"]


def test_a_reason_may_have_no_name() -> None:
    assert Failure(code=Code.REDIRECT_LIMIT, reason="").console.chromium is None
