"""Three readings of an origin set agree: the plainest, the engine's index, and RE2 on the header that Envoy sees."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings

import crossgate.envoy.origins as compiler
from crossgate.engine.origins import OriginMatcher
from crossgate.envoy.origins import matching, not_matching
from crossgate.fetch.headers import ORIGIN
from crossgate.model.origins import (
    NO_PORT,
    AnyOrigin,
    ExactOrigin,
    Normalisation,
    OriginEntry,
    OriginSet,
    RegexOrigin,
    Subject,
    WildcardOrigin,
)
from tests.property.strategies import LOOSE, entries, normalisations, origin_sets
from tests.support.matchers import matches_any
from tests.support.near_misses import EIGHT_KIB, ODDITIES, near_misses, origins_near
from tests.support.plain_origins import is_in_set

PLAIN_AT_MOST = 200
"""The plainest reading takes its time: longer origins are left to the others."""


class Readings:
    """All readings of one set."""

    def __init__(self, origins: OriginSet) -> None:
        self._origins = origins
        self._index = OriginMatcher(origins)
        self._matching = matching(origins)
        self._not_matching = not_matching(origins)

    def admit(self, origin: str) -> bool:
        """Say what all readings say of an origin."""
        headers = {ORIGIN: [origin]}
        readings = [self._index.find(origin) is not None]
        readings.append(matches_any(self._matching, headers))
        readings.append(not matches_any(self._not_matching, headers))
        if len(origin) <= PLAIN_AT_MOST:
            readings.append(is_in_set(self._origins, origin))
        assert len(set(readings)) == 1, (origin, readings)
        return readings[0]


def admits(origins: OriginSet, origin: str) -> bool:
    return Readings(origins).admit(origin)


ANY_HOST = WildcardOrigin(written="*", scheme=None, host="*", ports=frozenset({NO_PORT, "80"}))
A_PORT = WildcardOrigin(written="a:8*", scheme="http", host="a:8*")


@given(entry=entries, normalisation=normalisations)
@example(entry=ANY_HOST, normalisation=LOOSE)
@example(entry=A_PORT, normalisation=LOOSE)
@settings(deadline=None, max_examples=500)
def test_the_readings_of_an_entry_agree(entry: OriginEntry, normalisation: Normalisation) -> None:
    origins = OriginSet(entries=(entry,), normalisation=normalisation)
    readings = Readings(origins)
    for origin in origins_near(origins):
        readings.admit(origin)


@given(origins=origin_sets)
@settings(deadline=None)
def test_the_readings_of_a_set_agree(origins: OriginSet) -> None:
    readings = Readings(origins)
    for origin in origins_near(origins)[::3]:
        readings.admit(origin)


@given(origins=origin_sets)
@settings(deadline=None)
def test_the_readings_agree_where_a_set_is_cut_into_several_expressions(origins: OriginSet) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for most in ("MOST_EXACT", "MOST_WILDCARDS", "MOST_EXPRESSIONS"):
            patch.setattr(compiler, most, 1)
        readings = Readings(origins)
    for origin in origins_near(origins)[::3]:
        readings.admit(origin)


@given(origins=origin_sets)
@example(origins=OriginSet(entries=(ExactOrigin(written=""),)))
@example(origins=OriginSet(entries=(RegexOrigin(written="", pattern="", subject=Subject.ORIGIN),)))
@settings(deadline=None)
def test_no_set_has_an_absent_origin(origins: OriginSet) -> None:
    readings = Readings(origins)
    assert not readings.admit("")
    assert not matches_any(matching(origins), {})
    assert matches_any(not_matching(origins), {})


def exact(text: str, normalisation: Normalisation) -> OriginSet:
    return OriginSet(entries=(ExactOrigin(written=text),), normalisation=normalisation)


def wildcard(scheme: str, host: str, normalisation: Normalisation) -> OriginSet:
    return OriginSet(entries=(WildcardOrigin(written=host, scheme=scheme, host=host),), normalisation=normalisation)


def pattern(text: str, subject: Subject, normalisation: Normalisation) -> OriginSet:
    return OriginSet(entries=(RegexOrigin(written=text, pattern=text, subject=subject),), normalisation=normalisation)


AS_SENT = Normalisation()
POLICIES: dict[str, OriginSet] = {
    "exact": exact("https://b.a.test", AS_SENT),
    "wildcard": wildcard("https", "*.a.test", AS_SENT),
    "run": wildcard("https", "*.a.*", AS_SENT),
    "origin as regex": pattern(r"https://(?:[a-z0-9-]+\.)*a\.test", Subject.ORIGIN, AS_SENT),
    "exact, loose": exact("HTTPS://B.a.test:443/", LOOSE),
    "wildcard, loose": wildcard("HTTPS", "*.A.test", LOOSE),
    "origin as regex, loose": pattern(r"HTTPS://(?:[a-z0-9-]+\.)*a\.test", Subject.ORIGIN, LOOSE),
    "host as regex": pattern(r"(?:[a-z0-9-]+\.)*a\.test", Subject.HOST, AS_SENT),
    "host as regex, loose": pattern(r"(?:[A-Z0-9-]+\.)*a\.test", Subject.HOST, LOOSE),
}


@pytest.mark.parametrize("origins", POLICIES.values(), ids=POLICIES)
def test_what_a_policy_means(origins: OriginSet) -> None:
    assert admits(origins, "https://b.a.test")
    assert not admits(origins, "https://b.evil.test")
    assert not admits(origins, "")


ATTACKS: dict[str, Sequence[str]] = {
    "suffix": [
        "https://b.a.test.evil.test",
        "https://b.a.testevil",
        "https://b.a.test-evil.test",
        "https://b.a.test..x",
    ],
    "prefix": ["https://evilb.a.testx", "https://evila.test", "https://b.evila.test", "https://b-a.test"],
    "user information": ["https://b.a.test@evil.test", "https://u:b.a.test@evil.test", "https://evil.test@b.a.test"],
    "a path that looks like a host": [
        "https://evil.test/b.a.test",
        "https://evil.test?b.a.test",
        "https://evil.test#b.a.test",
    ],
    "backslash": ["https://evil.test\\b.a.test", "https:\\\\b.a.test", "https://evil.test\\.b.a.test"],
    "dot as any character": ["https://bxa.test", "https://b.axtest", "https://b.a-test"],
    "opaque": ["null", "NULL", "null/", "Null"],
    "several in one": [
        "https://b.a.test,https://evil.test",
        "https://evil.test, https://b.a.test",
        "https://b.a.test,",
    ],
    "white space": [
        "https://b.a.test evil",
        " https://b.a.test",
        "https://b.a.test\t",
        "https:// b.a.test",
        "https://b\xa0.a.test ",
    ],
    "percent-encoding": ["https://b.a.test%00.evil.test", "https://evil.test%2f.b.a.test", "https://b%2ea.test"],
    "unicode": [
        "https://b.a.t\xe9st",
        "https://b.a.test\xe2\x80\xae",
        "https://b\xe3\x80\x82a.test",
        "https://\xd0\xb0.test",
    ],
    "punycode": ["https://xn--b-a-test-9ya", "https://b.xn--a-4fa.test", "https://b.a.xn--test-9ya"],
    "address": ["https://[::1]", "https://127.0.0.1", "https://[b.a.test]", "https://2130706433"],
    "port": ["https://b.a.test:1:443", "https://b.a.test:443443", "https://b.a.test:a", "https://b.a.test:4 43"],
    "no scheme": ["//b.a.test", "b.a.test", "https:b.a.test", "://b.a.test", "1://b.a.test", "h ttps://b.a.test"],
    "slashes": ["https://b.a.test//", "https:///b.a.test", "https:/b.a.test", "https://b.a.test/x"],
    "dots": ["https://b.a.test.", "https://b.a..test", "https://.a.test", "https://b.a.test./"],
    "long": ["https://" + "a." * (EIGHT_KIB // 2) + "evil.test", "https://b.a.test" + "." * EIGHT_KIB],
}


HOSTED = [name for name in POLICIES if name != "run"]
"""All but the one whose star stands for anything, and means to."""


@pytest.mark.parametrize("origins", [POLICIES[name] for name in HOSTED], ids=HOSTED)
@pytest.mark.parametrize("attacks", ATTACKS.values(), ids=ATTACKS)
def test_attacks(origins: OriginSet, attacks: Sequence[str]) -> None:
    assert [origin for origin in attacks if admits(origins, origin)] == []


SCHEMED = [name for name in HOSTED if not name.startswith("host")]


@pytest.mark.parametrize("origins", [POLICIES[name] for name in SCHEMED], ids=SCHEMED)
def test_another_scheme(origins: OriginSet) -> None:
    schemes = ("http", "ftp", "httpsx", "xhttps", "null", "https://https")
    assert [scheme for scheme in schemes if admits(origins, f"{scheme}://b.a.test")] == []


STRICT = [name for name in HOSTED if not name.endswith("loose")]


@pytest.mark.parametrize("origins", [POLICIES[name] for name in STRICT], ids=STRICT)
def test_other_spellings_where_they_count(origins: OriginSet) -> None:
    assert not admits(origins, "https://B.A.TEST")
    assert not admits(origins, "https://b.a.test/")


@pytest.mark.parametrize("name", [name for name in HOSTED if name.endswith("loose")])
def test_other_spellings_where_they_do_not_count(name: str) -> None:
    for origin in ("https://b.a.test", "HTTPS://B.A.Test", "https://b.a.test:443", "https://b.a.test:443/"):
        assert admits(POLICIES[name], origin)


@pytest.mark.parametrize("origin", ["null", "https://b.a.test", "x", "https://a.test,https://b.test"])
def test_any_origin(origin: str) -> None:
    origins = OriginSet(entries=(AnyOrigin(),))
    assert admits(origins, origin)
    assert not admits(origins, "")


def test_no_entries() -> None:
    readings = Readings(OriginSet(entries=()))
    for origin in (*ODDITIES, *near_misses("https://a.test")):
        assert not readings.admit(origin)
