"""Anchors that hold anyway, and those that never do."""

import pytest

from crossgate.dialects.anchors import without_anchors


@pytest.mark.parametrize(
    ("pattern", "stripped"),
    [
        ("^a$", "a"),
        ("^^a$$", "a"),
        (r"\Aa\z", "a"),
        ("^a$|^b$", "a|b"),
        (r"(^|.*\.)a", r"(|.*\.)a"),
        ("a(:1|$)", "a(:1|)"),
        ("(?:^a$|^b$)", "(?:a|b)"),
        ("(?P<name>^a)", "(?P<name>a)"),
        ("(a|(b|c$))$", "(a|(b|c))"),
        ("(^a|b)?c(d$)?", "(a|b)?c(d)?"),
        ("(?i)^a$", "(?i)a"),
        ("(?i:^a)", "(?i:a)"),
        (r"a\$", r"a\$"),
        (r"a\\$", r"a\\"),
        (r"a\\z", r"a\\z"),
        ("[$^]a", "[$^]a"),
        ("(a[)$])$", "(a[)$])"),
        ("^", ""),
    ],
)
def test_anchors_at_the_ends_are_taken_off(pattern: str, stripped: str) -> None:
    assert without_anchors(pattern) == stripped


@pytest.mark.parametrize("pattern", ["a^b", "a$b", "(^a|b)+", "(a$)*", "(a$){2}", "()^a", r"a\Ab", r"(a\z)b", "a(^b)"])
def test_an_anchor_in_the_middle_cannot_be_enforced(pattern: str) -> None:
    assert without_anchors(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "stripped"),
    [
        ("$" * 100_000 + "x", None),
        ("x" + "$" * 20_000, "x"),
        ("(?i)" * 5_000 + "^a", "(?i)" * 5_000 + "a"),
        ("(" * 900 + "a" + ")" * 900, "(" * 900 + "a" + ")" * 900),
        ("(" * 900 + "^a" + ")" * 900, None),
    ],
    ids=["anchors in front", "anchors behind", "flags", "groups", "an anchor deep inside"],
)
def test_hostile_expressions_are_soon_done_with(pattern: str, stripped: str | None) -> None:
    assert without_anchors(pattern) == stripped
