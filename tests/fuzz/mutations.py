"""Configuration files that nobody would write: whole ones with a few values, keys or characters gone wrong."""

import copy
import json
from collections.abc import Iterator
from typing import Any, Final

import yaml
from hypothesis import strategies as st

from tests.fuzz import seeds

Path = tuple[str | int, ...]

_TEXTS: Final = seeds.texts()
_FILES: Final = seeds.files()

WORDS: Final = (
    *(
        "",
        " ",
        "\n",
        "\r\n",
        "a\r\nx-evil: 1",
        "\x00",
        "\x1b[31m",
        "\x7f",
        "\x85",
        "\u2028",
        "\u202e",
        "\ud7ff",
        "é",
        "\U0001f4a5",
    ),
    *(
        "*",
        "**",
        "*.",
        ".*",
        "*.*",
        "a*",
        "*a",
        "*.a.test",
        "a.*",
        "null",
        "~",
        "~/",
        "~(",
        "/",
        "//",
        "/a//b",
        "/%",
        "/a b",
        "/a?b",
    ),
    *(
        "%",
        "%%",
        "%REQ(cookie)%",
        "%PROTOCOL%",
        "100%",
        "\\",
        "\\1",
        "\\Q",
        "/\\1",
        "$",
        "^",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "|",
    ),
    *(
        "(?i)",
        "(?=a)",
        "(a+)+$",
        "a{1000}",
        "(((a{9}){9}){9}){9}",
        "[^\\x00-\\x{10FFFF}]",
        "\\C",
        "\\pN",
        "(?P<n>a)",
        "x*?",
    ),
    *(
        "http://",
        "https://",
        "http://*",
        "http*://a",
        "https://a.test:443",
        "https://a.test:99999",
        "https://u@a.test",
        "://a",
    ),
    *(
        "a.test",
        "A.Test",
        "a.test.",
        ".a.test",
        "a..test",
        "-a",
        "a_b.test",
        "xn--bcher-kva.test",
        "bücher.test",
        "[::1]",
        "::1",
    ),
    *(
        "127.0.0.1",
        "127.0.0.1:80",
        "999.1.1.1",
        "0",
        "1",
        "-1",
        "80",
        "65536",
        "1e9",
        "0x10",
        "1_000",
        "0o17",
        "1:30",
        ".inf",
        "NaN",
    ),
    *(
        "true",
        "no",
        "GET",
        "get",
        "G T",
        "OPTIONS",
        "Exact",
        "PathPrefix",
        "RegularExpression",
        "CORS",
        "ExtensionRef",
        "cors",
    ),
    *(
        "dns",
        "static",
        "higress",
        "kgateway",
        "All",
        "3.0",
        "2999-01-01",
        "a" * 300,
        "a." * 200 + "test",
        "/" + "a" * 5000,
    ),
)
_HOSTILE: Final = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=12),
    st.integers(-2, 70_000),
    st.sampled_from([2**31, 2**63, 2**64, 10**30, -(10**400)]),
    st.floats(),
    st.booleans(),
    st.none(),
    st.sampled_from([[], {}, [[]], [None], {"": ""}, ["*", "*"], [{}], {"a": {"b": []}}]),
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw the text of a file: a seed with characters or pieces of another cut, repeated or put in."""
    text = draw(st.sampled_from(_TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        start, size = draw(st.integers(0, len(text))), draw(st.integers(0, 30))
        put = draw(st.one_of(st.sampled_from(WORDS), st.text(max_size=8), st.sampled_from(_SYNTAX), _piece()))
        text = text[:start] + put + text[start + size :]
    return text


_SYNTAX: Final = (
    *(
        "\n",
        "\n  ",
        "\t",
        ":",
        ": ",
        "- ",
        "---\n",
        "...\n",
        "#",
        "&a ",
        "*a",
        "<<: *a",
        "!!int ",
        "!x ",
        "|\n",
        ">-\n",
        "? ",
    ),
    *(
        "'",
        '"',
        "{",
        "}",
        "[",
        "]",
        ",",
        "%YAML 1.2\n",
        "\ufeff",
        "\x00",
        "\u2028",
        "@",
        "`",
        "=",
        "[" * 200,
        "{a: " * 120,
    ),
)


def _piece() -> st.SearchStrategy[str]:
    whole = st.sampled_from(_TEXTS)
    return whole.flatmap(lambda text: st.integers(0, len(text)).map(lambda start: text[start : start + 60]))


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Draw the text of a file whose syntax is right and of which some values and keys are not."""
    tree = copy.deepcopy(draw(st.sampled_from(_FILES)))
    for _ in range(draw(st.integers(1, 3))):
        _mutate(tree, draw)
    if draw(st.booleans()):
        return json.dumps({"apiVersion": "v1", "kind": "List", "items": tree}) if len(tree) > 1 else json.dumps(tree[0])
    return yaml.safe_dump_all(tree, allow_unicode=draw(st.booleans()))


def _mutate(tree: list[Any], draw: st.DrawFn) -> None:
    """Change one place: put a hostile value, one from elsewhere, drop it, or repeat it."""
    places = list(_places(tree, ()))
    if not places:
        return
    *way, last = draw(st.sampled_from(places))
    parent = _at(tree, tuple(way))
    match draw(st.integers(0, 9)):
        case 0 if isinstance(parent, dict):
            del parent[last]
        case 1 if isinstance(parent, list):
            parent.append(copy.deepcopy(parent[last]))  # type: ignore[index]
        case 2:
            other = copy.deepcopy(_at(tree, draw(st.sampled_from(places))))
            parent[last] = other
        case 3 if isinstance(parent, dict):
            parent[draw(st.sampled_from(WORDS))] = parent.pop(last)
        case _ if isinstance(parent[last], str) and draw(st.booleans()):
            at = draw(st.integers(0, len(parent[last])))
            parent[last] = parent[last][:at] + draw(st.sampled_from(WORDS)) + parent[last][at:]
        case _:
            parent[last] = copy.deepcopy(draw(_HOSTILE))


def _places(node: Any, way: Path) -> Iterator[Path]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield (*way, key)
        yield from _places(value, (*way, key))


def _at(tree: Any, way: Path) -> Any:
    for key in way:
        tree = tree[key]
    return tree
