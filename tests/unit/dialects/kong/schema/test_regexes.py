"""Which expressions the gateway takes, and which of them the data plane can run."""

import pytest

from crossgate.dialects.kong.schema.regexes import compile_fault, only_pcre2


@pytest.mark.parametrize(
    "pattern",
    [
        r"[\w-]+\.a\.test",
        r"[-\w]",
        r"[a-z\d]",
        r"[\w\-_]",
        r"https?://(.*\.)?a\.test(:\d+)?$",
        "a|b",
        "",
        "{vault://x}",
    ],
)
def test_both_take_it(pattern: str) -> None:
    assert compile_fault(pattern) is None
    assert only_pcre2(pattern) is None


@pytest.mark.parametrize(
    "pattern", [r"[\w-_]", r"[\d-z]+", r"[[:alpha:]-z]", "(a", "a)", "[a", "*a", "a**", "[z-a]", "\\"]
)
def test_the_gateway_refuses_it(pattern: str) -> None:
    assert compile_fault(pattern) is not None


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("a(?!b)c", "a look-around"),
        ("(?<=a)b", "a look-around"),
        ("(?<!a)b", "a look-around"),
        (r"(a)\1", "a back-reference"),
        ("(?<x>a)\\k<x>", "a back-reference"),
        ("(?>a+)b", "an atomic group"),
        ("a++b", "a possessive quantifier"),
        ("(?R)?", "a recursion"),
        ("(?#note)a", "a construct"),
        (r"\h+", "an escape"),
        ("a{1001}", "a repetition"),
    ],
)
def test_only_the_gateway_can_run_it(pattern: str, what: str) -> None:
    assert compile_fault(pattern) is None
    assert only_pcre2(pattern) == what


def test_the_reason_is_in_the_words_of_the_gateways_library() -> None:
    assert compile_fault("/users/(foo") == 'pcre2_compile() failed: missing closing parenthesis in "/users/(foo"'
