"""Every complaint of the parsers is told in our words, at the place to change."""

import pytest
import yaml as pyyaml

from crossgate.diagnostics import Diagnostics
from crossgate.dialects import yaml
from crossgate.dialects.yaml import read_documents
from crossgate.source import Source

TAB = "a tab cannot be used for indentation"
CASES = [
    ("a:\n\tb: 1\n", "2:1", TAB, "replace the tab by spaces"),
    ("\ta: 1\n", "1:1", TAB, "replace the tab by spaces"),
    ("a: |\n\tx", "2:1", TAB, "replace the tab by spaces"),
    ("a:\n  - b\n\t- c\n", "3:1", TAB, "replace the tab by spaces"),
    ("a: 'x\nb: 1\n", "1:4", "the quote is never closed", "add the closing quote"),
    ('a: "x', "1:4", "the quote is never closed", "add the closing quote"),
    ("a: 'x\n---\nb: c\n", "1:4", "the quote is never closed", "add the closing quote"),
    ('a: "\\q"', None, "unknown escape", "single quotes"),
    ("a: *", "1:4", "`*` begins an alias", "in quotes"),
    ("origins: [*.example.com]", "1:11", "`*` begins an alias", "in quotes"),
    ("a: & b", "1:4", "`&` begins an anchor", "in quotes"),
    ("a: !<foo bar", "1:4", "`!` begins a tag", "in quotes"),
    ("!e!x y", "1:1", "`!` begins a tag", "in quotes"),
    ("a: @x", "1:4", "a value cannot begin with `@`", "in quotes"),
    ("a: `x`", "1:4", "a value cannot begin with ```", "in quotes"),
    ("a: %x", "1:4", "a value cannot begin with `%`", "in quotes"),
    ("a: b: c\n", "1:5", "there cannot be a `:` here", "in quotes"),
    ("a: 1\n  b: 2\n", "2:4", "there cannot be a `:` here", "indentation"),
    ("a: - b\n", "1:4", "there cannot be a list item here", "own line"),
    ("a: ? b\n", "1:4", "there cannot be a key here", "indentation"),
    ("key: val\nfoo\nbar: 1\n", "2:1", "expected `:` after this key", "key: value"),
    ("a: [1, 2\nb: 3\n", "1:4", "the list is not closed", "`]`"),
    ("a: {b: 1\n", "1:4", "the mapping is not closed", "`}`"),
    ("[[[", None, "or the end of this list", None),
    ("a:\n  - 1\n b: 2\n", "3:2", "expected a key of the mapping", "indentation"),
    ("a: 'x' y\n", "1:8", "unexpected text after the value", "in quotes"),
    ("a: 'it's'\n", "1:8", "unexpected text after the value", "in quotes"),
    ("- 'x' y\n", "1:7", "unexpected text after the value", "in quotes"),
    ("- a\nb: 1", "2:1", "expected `-`", "indentation"),
    ("x\n---\n]", "3:1", "expected a value", None),
    ("--- a\n...\nb\n", "3:1", "expected `---`", "indentation"),
    ("%YAML 3.0\n---\nx", "1:1", "this version of YAML", "%YAML"),
    ("%YAML x\n---\nx", None, "invalid directive", "in quotes"),
    ("a: |x\n  b\n", None, "invalid header of a block of text", "alone"),
    ('a: "\\xzz"', None, "invalid escape", None),
]


@pytest.mark.parametrize("loader", [pyyaml.CSafeLoader, pyyaml.SafeLoader])
@pytest.mark.parametrize(("text", "place", "message", "hint"), CASES, ids=[repr(case[0]) for case in CASES])
def test_a_syntax_error_is_explained(
    text: str, place: str | None, message: str, hint: str | None, loader: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml, "_LOADER", loader)
    report = Diagnostics()
    read_documents(Source(name="a.yaml", text=text), report)
    (found,) = report
    assert found.id == "yaml-syntax"
    assert message in found.message
    assert "did not find" not in found.message
    assert (hint or "") in (found.hint or "")
    assert place is None or str(found.span) == f"a.yaml:{place}"


def test_a_colon_before_a_bracket_is_explained() -> None:
    report = Diagnostics()
    read_documents(Source(name="a.yaml", text="a: [b:]"), report)
    (found,) = report
    assert (found.message, str(found.span)) == (
        "this `:` is neither part of a value nor the end of a key",
        "a.yaml:1:6",
    )
