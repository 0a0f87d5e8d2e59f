"""Plain scalars get the types of YAML 1.2, not those of 1.1."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.dialects.core_schema import resolve

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((text, None) for text in ("", "~", "null", "Null", "NULL")),
        *((text, True) for text in ("true", "True", "TRUE")),
        *((text, False) for text in ("false", "False", "FALSE")),
        ("0", 0),
        ("-0", 0),
        ("+12", 12),
        ("-12", -12),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.", 1.0),
        (".5", 0.5),
        ("-1.5e3", -1500.0),
        ("1E+2", 100.0),
        (".inf", math.inf),
        ("-.Inf", -math.inf),
    ],
)
def test_words_and_numbers_have_types(text: str, value: object) -> None:
    resolved = resolve(text)
    assert resolved == value
    assert type(resolved) is type(value)


def test_not_a_number_is_one() -> None:
    assert all(math.isnan(number) for text in (".nan", ".NaN", ".NAN") if isinstance(number := resolve(text), float))


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "No",
        "on",
        "OFF",
        "y",
        "tRUE",
        "nULL",
        "1:30",
        "190:20:30",
        "2020-01-01",
        "1_000",
        "0b1",
        "0x",
        "0o8",
        "-0x1",
        "+0o1",
        "1e",
        ".",
        "-",
        "+",
        "-.",
        "e5",
        "1.2.3",
        "*",
        "=",
        "<<",
        "١٢",
        "1 2",
        "NaN",
        "Infinity",
        "0xg",
    ],
)
def test_all_else_is_a_string(text: str) -> None:
    assert resolve(text) == text


def test_an_integer_too_long_for_python_is_a_float() -> None:
    assert resolve("9" * 4300) == int("9" * 4300)
    assert resolve("9" * 4301) == math.inf
    assert resolve("-" + "0" * 5000 + "1") == -1.0


@PATIENTLY
@given(st.text() | st.from_regex(r"[-+0-9a-fxoeE._]+", fullmatch=True))
def test_any_text_resolves(text: str) -> None:
    value = resolve(text)
    assert not isinstance(value, str) or value == text


@PATIENTLY
@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_writes_is_read_back(number: float) -> None:
    assert resolve(repr(number)) == number
