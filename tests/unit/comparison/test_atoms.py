"""What tables tell apart has one witness for each class, and what nobody listed is among them."""

import pytest

from crossgate.comparison.atoms import STRANGE_HEADER, atoms_of
from crossgate.comparison.origins import STRANGER
from crossgate.fetch import headers as names
from crossgate.model.conditions import MethodIn, OriginIn, RequestedHeadersIn, RequestedMethodIn
from crossgate.model.edits import Literal, Set
from crossgate.model.origins import NO_PORT, ExactOrigin, OriginEntry, OriginSet, RegexOrigin, Subject, WildcardOrigin
from crossgate.model.table import Outcome, Row, Table


def table(*entries: OriginEntry, methods: tuple[str, ...] = (), headers: tuple[str, ...] = ()) -> Table:
    when = (
        OriginIn(origins=OriginSet(entries=entries)),
        MethodIn(methods=frozenset(methods)),
        RequestedMethodIn(methods=frozenset(methods)),
        RequestedHeadersIn(names=frozenset(headers)),
    )
    return Table(
        policy="p",
        rows=(Row(outcome=Outcome.ACTUAL_ALLOWED, when=when), Row(outcome=Outcome.ACTUAL_REFUSED)),
    )


def atoms(*tables: Table) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str | None, ...]]:
    found = atoms_of(tables, lambda _: None)
    return found.origins, found.methods, found.headers


@pytest.mark.parametrize(
    ("entry", "witness"),
    [
        (ExactOrigin(written="https://a.test"), "https://a.test"),
        (WildcardOrigin(written="", scheme="https", host="*.a.test"), "https://a.a.test"),
        (WildcardOrigin(written="", scheme=None, host="*.a.test", ports=frozenset({"81"})), "https://a.a.test:81"),
        (WildcardOrigin(written="", scheme="http", host="a.test", ports=frozenset({NO_PORT, "8"})), "http://a.test"),
        (RegexOrigin(written="", pattern="https://[a-c]\\.test", subject=Subject.ORIGIN), "https://a.test"),
        (RegexOrigin(written="", pattern="[a-c]\\.test", subject=Subject.HOST), "https://a.test"),
    ],
)
def test_an_entry_has_a_witness_and_so_has_what_it_does_not_admit(entry: OriginEntry, witness: str) -> None:
    origins, _, _ = atoms(table(entry))
    assert origins == (witness, STRANGER)


def test_each_class_has_one_witness() -> None:
    a, b, c = (ExactOrigin(written=f"https://{name}.test") for name in "abc")
    origins, _, _ = atoms(table(a, b, c), table(b, c))
    assert origins == ("https://a.test", "https://b.test", STRANGER)


def test_near_misses_are_tried() -> None:
    loose = RegexOrigin(written="", pattern="https://a\\.test.*", subject=Subject.ORIGIN)
    origins, _, _ = atoms(table(ExactOrigin(written="https://a.test")), table(loose))
    assert origins == ("https://a.test", "https://a.testa", STRANGER)


def test_an_origin_that_is_sent_to_everybody_is_told_apart() -> None:
    only = Set(name=names.ALLOW_ORIGIN, value=Literal(text="https://a.test"))
    found = atoms_of([Table(policy="p", rows=(Row(outcome=Outcome.ACTUAL_ALLOWED, edits=(only,)),))], lambda _: None)
    assert found.origins == ("https://a.test", STRANGER)


def test_methods_and_headers() -> None:
    _, methods, headers = atoms(table(methods=("GET", "PUT"), headers=("X-A", "X-B")))
    assert methods == ("GET", "HEAD", "PUT", "DELETE")
    assert headers == (None, "authorization", "content-type", "x-a")
    assert STRANGE_HEADER not in headers, "a header that nobody listed is there already"


def test_methods_that_meet_other_routes_are_told_apart() -> None:
    found = atoms_of([table()], lambda method: method == "PATCH")
    assert "PATCH" in found.methods


def test_lists_of_answers_count() -> None:
    edits = (
        Set(name=names.ALLOW_METHODS, value=Literal(text="GET,LINK")),
        Set(name=names.ALLOW_HEADERS, value=Literal(text="X-A, *")),
        Set(name=names.EXPOSE_HEADERS, value=Literal(text="X-Total")),
    )
    found = atoms_of([Table(policy="p", rows=(Row(outcome=Outcome.ACTUAL_ALLOWED, edits=edits),))], lambda _: None)
    assert "LINK" in found.methods
    assert "x-a" in found.headers
    assert found.exposed == ("x-total", STRANGE_HEADER)
