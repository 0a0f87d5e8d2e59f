from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.model.hosts import ANY_HOST, Hostname, split_port

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy

LABELS = ("a", "b", "ab")
NAMES = [".".join(labels) for count in range(1, 5) for labels in product((*LABELS, "c"), repeat=count)]
STEMS = [".".join(labels) for count in (1, 2) for labels in product(LABELS, repeat=count)]
PATTERNS = ["*", *STEMS, *(f"*.{stem}" for stem in STEMS), *(f"{stem}.*" for stem in STEMS)]


def matches_plainly(pattern: str, name: str) -> bool:
    """Compare label by label; a star is one label or more."""
    wanted, labels = pattern.split("."), name.split(".")
    if pattern == "*":
        return True
    if wanted[0] == "*":
        return len(labels) >= len(wanted) and labels[-len(wanted) + 1 :] == wanted[1:]
    if wanted[-1] == "*":
        return len(labels) >= len(wanted) and labels[: len(wanted) - 1] == wanted[:-1]
    return labels == wanted


MEANT = {pattern: {name for name in NAMES if matches_plainly(pattern, name)} for pattern in PATTERNS}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_means_its_names(pattern: str) -> None:
    assert {name for name in NAMES if Hostname(pattern=pattern).matches(name)} == MEANT[pattern]


@pytest.mark.parametrize("one", PATTERNS)
def test_covering_and_overlapping_are_what_sets_of_names_say(one: str) -> None:
    for other in PATTERNS:
        own, others = Hostname(pattern=one), Hostname(pattern=other)
        assert own.covers(others) == (MEANT[other] <= MEANT[one]), other
        assert own.overlaps(others) == bool(MEANT[other] & MEANT[one]), other
        assert own.overlaps(others) == others.overlaps(own), other


def test_the_narrower_of_two_patterns_is_asked_first() -> None:
    for one, other in product(PATTERNS, repeat=2):
        if MEANT[one] < MEANT[other]:
            assert Hostname(pattern=one).precedence < Hostname(pattern=other).precedence


def test_the_order_is_exact_suffix_prefix_any_and_the_longer_first() -> None:
    wanted = ["b.a.test", "*.b.a.test", "*.a.test", "b.a.*", "b.*", "*"]
    shuffled = ["b.*", "*.a.test", "*", "b.a.test", "b.a.*", "*.b.a.test"]
    assert sorted(shuffled, key=lambda pattern: Hostname(pattern=pattern).precedence) == wanted


@pytest.mark.parametrize("pattern", ["*", "a", "*.a", "a.*", "a.b", "[::1]", "1.2.3.4", "a_b"])
def test_a_pattern(pattern: str) -> None:
    host = Hostname(pattern=pattern)
    assert host.is_exact == ("*" not in pattern)
    assert host.covers(host)
    assert ANY_HOST.covers(host)


@pytest.mark.parametrize("pattern", ["", "A", "*.A", "**", "*.*", "a*", "*a", "a.*.b", "*.a.*"])
def test_no_pattern(pattern: str) -> None:
    with pytest.raises(ValueError, match="hostname"):
        Hostname(pattern=pattern)


@pytest.mark.parametrize("name", [".a.test", "a.test", "xa.test", "", "a.test.", "b.a.test.evil.test"])
def test_a_suffix_wildcard_wants_a_label_before_the_dot(name: str) -> None:
    assert not Hostname(pattern="*.a.test").matches(name)


@pytest.mark.parametrize(
    ("authority", "parts"),
    [
        ("a", ("a", "")),
        ("A.Test:8080", ("a.test", "8080")),
        ("a:", ("a", "")),
        ("", ("", "")),
        (":80", ("", "80")),
        ("[::1]", ("[::1]", "")),
        ("[::1]:80", ("[::1]", "80")),
        ("[::A]:80", ("[::a]", "80")),
        ("1.2.3.4:1", ("1.2.3.4", "1")),
    ],
)
def test_an_authority_is_split_at_its_port(authority: str, parts: tuple[str, str]) -> None:
    assert split_port(authority) == parts


@PATIENTLY
@given(st.sampled_from(["a", "a.b", "[::1]", "1.2.3.4"]), st.integers(0, 65535))
def test_what_is_joined_is_split(host: str, port: int) -> None:
    assert split_port(f"{host}:{port}") == (host, str(port))
    assert split_port(host) == (host, "")
