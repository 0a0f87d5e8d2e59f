"""A text for an expression: one that it matches, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossgate.comparison.samples import samples
from crossgate.engine.regex import is_full_match


@pytest.mark.parametrize(
    "pattern",
    [
        *("/a", "/a/\\d+", "^/a$", "/(?:a|b)/c", "/[^/]+/x", "(?i)/A{3}", "/.*", "/a?b+c*", "/[0-9a-f]{8}", "/[\\w-]+"),
        *("https://[a-z0-9-]+\\.example\\.org", "/(?P<id>[0-9]+)", "/\\S+", "/[^a]", "/a\\z", ""),
    ],
)
def test_a_text_is_found(pattern: str) -> None:
    found = samples(pattern)
    assert found
    assert all(is_full_match(pattern, text) for text in found)


@pytest.mark.parametrize("pattern", ["[^\\s\\S]", "\\pL", "/(?i)a", "\\Qa\\E", "a\\B!"])
def test_none_is_found(pattern: str) -> None:
    assert samples(pattern) == []


pieces = st.sampled_from(
    ["a", "/", ".", "[ab]", "[^a-f]", "(?:a|b)", "\\d", "\\W", "^", "$", "\\b", "a*", "b{2}", "(c)?"]
)


@given(st.lists(pieces, max_size=6).map("".join))
def test_whatever_is_found_is_matched(pattern: str) -> None:
    assert all(is_full_match(pattern, text) for text in samples(pattern))


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("https://(a|b|evil)\\.test", {"https://a.test", "https://b.test", "https://evil.test"}),
        ("https://a\\.(org|com)", {"https://a.org", "https://a.com"}),
        ("[a-c_]+", {"a", "c", "_", "aa"}),
        ("a(\\.b)?", {"a", "a.b"}),
    ],
)
def test_each_alternative_has_its_turn(pattern: str, wanted: set[str]) -> None:
    assert wanted <= set(samples(pattern))
