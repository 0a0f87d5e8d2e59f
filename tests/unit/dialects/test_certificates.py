"""For which names a listener shows its certificates."""

from crossgate.dialects.certificates import KeyPair, names_for
from crossgate.source import Source, Span

SPAN = Span(source=Source(name="f", text="x"), line=1, column=1, end_line=1, end_column=2)


def pair(*names: str) -> KeyPair:
    return KeyPair(chain="c", private_key="k", names=names, span=SPAN)


def test_the_first_is_for_all_that_no_other_is_for() -> None:
    found = names_for("*", [pair("a.test"), pair("b.test", "a.test"), pair("b.test")])

    assert [names for _, names in found] == [(), ("b.test", "a.test")]


def test_of_a_listener_with_a_hostname_it_is_for_that() -> None:
    assert [names for _, names in names_for("a.test", [pair("x.test"), pair("a.test", "b.test")])] == [
        ("a.test",),
        ("b.test",),
    ]


def test_names_that_no_client_asks_for_do_not_count() -> None:
    found = names_for("*", [pair(), pair("w*.a.test", "*.a.test", "b\xfccher.test", "", "*")])

    assert [names for _, names in found] == [(), ("*.a.test",)]
