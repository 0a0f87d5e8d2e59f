import pytest

from crossgate.browser.profiles import CHROMIUM, FIREFOX, PROFILES, SAFARI, STANDARD, Profile

AGES = {
    None: (5, 5, 5, 5),
    "": (5, 5, 5, 5),
    "0": (0, 0, 0, 0),
    "60": (60, 60, 60, 60),
    "1000": (1000, 1000, 1000, 600),
    "10000": (10_000, 7200, 10_000, 600),
    "9223372036854775807": (2**63 - 1, 7200, 86_400, 600),
    "9223372036854775808": (2**63, 5, 86_400, 600),
    "9" * 400: (1e20, 5, 86_400, 600),
    "0" * 400 + "60": (60, 60, 60, 60),
    "-1": (5, 0, 0, 0),
    "-0": (5, 0, 0, 0),
    "-" + "9" * 20: (5, 5, 0, 0),
    "+60": (5, 60, 0, 5),
    "+-60": (5, 5, 0, 5),
    "x": (5, 5, 0, 5),
    "1.5": (5, 5, 0, 5),
    "1, 2": (5, 5, 0, 5),
}


@pytest.mark.parametrize(
    ("value", "profile", "age"),
    [(value, *pair) for value, ages in AGES.items() for pair in zip(PROFILES, ages, strict=True)],
)
def test_for_how_long_an_answer_is_remembered(value: str | None, profile: Profile, age: float) -> None:
    assert profile.age_of(value) == pytest.approx(age)


def test_names_are_unique() -> None:
    assert PROFILES == (STANDARD, CHROMIUM, FIREFOX, SAFARI)
    assert len({profile.name for profile in PROFILES}) == len(PROFILES)
