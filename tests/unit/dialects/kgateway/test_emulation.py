"""Origins as releases of kgateway translate them.

The matchers are those of kgateway main 48460f7f, pkg/pluginsdk/policy/cors_test.go.
"""

import re

import pytest

from crossgate.dialects.kgateway.emulation import emulated_table
from crossgate.dialects.kgateway.names import RELEASES
from crossgate.model.conditions import OriginIn
from crossgate.model.origins import AnyOrigin, ExactOrigin, OriginEntry, RegexOrigin
from crossgate.model.policy import Declared, Policy

ANY = r"^[a-zA-Z][a-zA-Z0-9+.-]*://[^/\s?#]+$"


def entry(origin: str, release: str) -> OriginEntry:
    policy = Policy(name="p", span=None, allow_origins=(Declared(value=origin),))
    (condition,) = {found for found in emulated_table(policy, release).conditions() if isinstance(found, OriginIn)}
    (found,) = condition.origins.entries
    return found


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("origin", ["https://example.com", "http://example.com:8080"])
def test_an_origin_without_a_wildcard_is_exact(origin: str, release: str) -> None:
    assert entry(origin, release) == ExactOrigin(written=origin)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("origin", "regex"),
    [
        ("https://*.example.com", r"^https://.*\.example\.com$"),
        ("https://*.example.com:8080", r"^https://.*\.example\.com:8080$"),
        ("https://*.sub.example.com", r"^https://.*\.sub\.example\.com$"),
        ("https://sub.*.example.com", r"^https://sub\..*\.example\.com$"),
        ("https://*.sub.*.example.com", r"^https://.*\.sub\..*\.example\.com$"),
        ("https://example.*:8080", r"^https://example\..*:8080$"),
        ("https://api.*.example.com", r"^https://api\..*\.example\.com$"),
        ("https://*:443", r"^https://.*:443$"),
    ],
)
def test_a_wildcard_is_any_text(origin: str, regex: str, release: str) -> None:
    found = entry(origin, release)
    assert isinstance(found, RegexOrigin)
    assert f"^{found.pattern}$".replace("\\-", "-") == regex


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(("origin", "prefix"), [("https://*", "https://"), ("https://example.*", "https://example.")])
def test_a_wildcard_at_the_end_makes_a_prefix(origin: str, prefix: str, release: str) -> None:
    found = entry(origin, release)
    assert isinstance(found, RegexOrigin)
    assert found.pattern == f"{re.escape(prefix)}.*"


def test_the_wildcard_alone_is_each_releases_own() -> None:
    assert isinstance(entry("*", "2.2"), AnyOrigin)
    found = entry("*", "2.3")
    assert isinstance(found, RegexOrigin)
    assert f"^{found.pattern}$" == ANY
