"""Each entry that admits an origin of a class is named there, with an origin that it admits."""

from collections.abc import Sequence
from itertools import chain
from json import loads

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossgate.browser.gateway import answering
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import play
from crossgate.cli.differences import to_json, to_text
from crossgate.cli.markdown import to_markdown
from crossgate.comparison.compare import compare
from crossgate.comparison.kinds import Kind
from crossgate.comparison.origins import STRANGER, members, origins_of
from crossgate.engine.decide import Engine
from crossgate.engine.origins import OriginMatcher
from crossgate.model.origins import AnyOrigin, ExactOrigin, OriginEntry, OriginSet, RegexOrigin, Subject, WildcardOrigin
from crossgate.records import replace
from tests.unit.cli.configurations import configuration


def exact(name: str) -> ExactOrigin:
    return ExactOrigin(written=f"https://{name}.test")


WILDCARD = WildcardOrigin(written="https://*.evil.test", scheme="https", host="*.evil.test")


def named(*sets: OriginSet) -> set[tuple[str, str | None]]:
    return {(item.origin, item.entry) for found in origins_of(sets, ()).values() for item in found}


def test_everything_listed_in_a_class_is_named() -> None:
    assert named(OriginSet(entries=(exact("a"), WILDCARD, exact("b")))) == {
        ("https://a.test", None),
        ("https://a.evil.test", "https://*.evil.test"),
        ("https://b.test", None),
    }


def test_a_stranger_is_the_witness_of_what_lets_anybody_in() -> None:
    classes = origins_of([OriginSet(entries=(exact("a"), AnyOrigin()))], ())
    assert [(origin, [item.entry for item in found]) for origin, found in classes.items()] == [(STRANGER, ["*", None])]


@pytest.mark.parametrize(
    ("entry", "member"),
    [
        (replace(WILDCARD, ports=frozenset({"1", "2", "3"})), "https://a.evil.test:3"),
        (replace(WILDCARD, ports=None), "https://a.evil.test:61001"),
        (WILDCARD, "https://stranger.evil.test"),
        (RegexOrigin(written="", pattern="(?i)https://B\\.test", subject=Subject.ORIGIN), "https://b.test"),
    ],
)
def test_members_are_origins_that_an_entry_admits(entry: OriginEntry, member: str) -> None:
    assert member in list(members(entry))
    assert OriginMatcher(OriginSet(entries=(entry,))).admits(member)


POLICIES = {
    "kong": (
        (
            '_format_version: "3.0"\nservices: [{name: s, url: "http://s.test", routes: [{name: r, paths: [/]}]}]\n'
            "plugins: [{name: cors, config: {origins: [%s]}}]\n"
        ),
        (
            "https://a.test",
            "https://b.test",
            "http://a.test:81",
            ".*",
            "https://(a|c)\\.test",
            "https://[a-z]+\\.d\\.test",
        ),
    ),
    "kgateway": (
        (
            "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g}\n"
            "spec: {gatewayClassName: kgateway, listeners: [{name: one, port: 80, protocol: HTTP}]}\n---\n"
            "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\n"
            "spec: {parentRefs: [{name: g}], rules: [{backendRefs: [{name: b, port: 80}],\n"
            "  filters: [{type: CORS, cors: {allowOrigins: [%s]}}]}]}\n"
        ),
        (
            "https://a.test",
            "https://b.test",
            "https://x.a.test",
            "https://*.a.test",
            "https://*.evil.test",
            "https://*.test",
        ),
    ),
}


def engine(dialect: str, listed: Sequence[str]) -> Engine:
    text, _ = POLICIES[dialect]
    return Engine(configuration(text % ", ".join(f"'{entry}'" for entry in listed)))


@pytest.mark.parametrize("dialect", POLICIES)
def test_what_one_side_adds_is_named_or_its_witness_is(dialect: str) -> None:
    entries = POLICIES[dialect][1]
    some = st.lists(st.sampled_from(entries), min_size=1, unique=True)

    @settings(deadline=None, max_examples=60)
    @given(before=some, after=some)
    def check(before: list[str], after: list[str]) -> None:
        old, new = engine(dialect, before), engine(dialect, after)
        found = compare(old, new)
        for kind, added, side, other in (
            (Kind.NEWLY_ALLOWED, set(after) - set(before), new, old),
            (Kind.NO_LONGER_ALLOWED, set(before) - set(after), old, new),
        ):
            told = [item for item in found.differences if item.kind is kind]
            whom = {text for item in told for each in item.named for text in (each.origin, each.entry)}
            for item in told:
                for each in item.named:
                    again = replace(item.witness, origin=each.origin)
                    assert play(again, answering(side)).is_allowed
                    assert not play(again, answering(other)).is_allowed
            for entry in added:
                alone = engine(dialect, [entry, "https://nobody.invalid"])
                shown = [o for o in tried if allowed(alone, o) and allowed(side, o) and not allowed(other, o)]
                assert not shown or entry in whom or set(shown) & whom
                counted.append(len(shown))
            texts = [to_text(found, old, new, colour=False), to_markdown(found, old, new).replace("\\|", "|")]
            data = [text for item in loads(to_json(found, old, new))["differences"] for text in said(item)]
            for name in whom - {None}:
                assert name in data
                assert all(str(name).replace("\\", "\\\\") in text or str(name) in text for text in texts)

    tried = {
        "https://a.test",
        "https://b.test",
        "http://a.test:81",
        "https://c.test",
        "https://q.d.test",
        STRANGER,
        "https://x.a.test",
        "https://y.a.test",
        "https://y.evil.test",
        "https://z.test",
        "null",
    }
    counted: list[int] = []
    check()
    assert any(counted)


def said(item: dict[str, object]) -> list[object]:
    entries = item["entries"]
    also = item["also"]
    assert isinstance(entries, list)
    assert isinstance(also, list)
    return [item["origin"], *also, *chain.from_iterable(entry.values() for entry in entries)]


def allowed(asked: Engine, origin: str) -> bool:
    (port,) = asked.config.ports
    fetch = PlannedFetch(origin=origin, url=f"http://any.example:{port}/", method="GET", headers=(), credentials=False)
    return play(fetch, answering(asked)).is_allowed
