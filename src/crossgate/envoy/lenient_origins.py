r"""`Origin` read as a URL that is split leniently, where a set of origins says so (`model.origins.Reading.URL`).

Matchers see a header as it was sent, and the parts that count are no stretch of it: early header mutations write them
into two headers of our own, once for all tables of a listener, and expressions of the same text make the echo. Each
expression has one step of the splitting; RE2 prefers the first alternative that matches, and takes as much as it can.
"""

from collections.abc import Iterable
from typing import Final

from crossgate.envoy.matchers import Json
from crossgate.fetch import headers as names
from crossgate.model.conditions import Condition, Not, OriginIn
from crossgate.model.origins import Reading
from crossgate.model.table import Table

ORIGIN: Final = "x-cg-origin"
HOST: Final = "x-cg-origin-host"
INTERNAL: Final = (ORIGIN, HOST)
"""Our own request headers: never believed from outside, never sent to an upstream."""

_SCHEME: Final = "[A-Za-z0-9][A-Za-z0-9+.-]*"
_PORT: Final = r":[^:\\]]*"
_FIRST_LINE: Final = r"'^((?:[^,]|,[ \\t])*)(?:,.*)?$', '\\1'"
_HAS_HOST: Final = (
    rf"'^(?:{_SCHEME}:)?//(?:"
    rf"[^@/#]*@(?:[^:/#]|:[^/#]*[:\\]])|(?:[^:@/#][^@/#]*|:[^@/#]*[:\\]][^@/#]*)(?:[/#]|$))'"
)
_AUTHORITY: Final = rf"'^(?:({_SCHEME}://)|//)(?:[^@/#]*@)?([^/#]*)', '\\1\\2'"
_IN_BRACKETS: Final = rf"'^(?:{_SCHEME}://)?\\[.+\\](?:{_PORT})?$'"
_WITHOUT_BRACKETS: Final = (
    r"'^(?:(http://)\\[(.+)\\]:80|(https://)\\[(.+)\\]:443|"
    rf"((?:{_SCHEME}://)?)\\[(.+)\\]({_PORT})?)$', '\\1\\2\\3\\4\\5\\6\\7'"
)
_WITHOUT_PORT: Final = r"'^(?:(http://.*):80|(https://.*):443|(.*))$', '\\1\\2\\3'"
_HOST_ALONE: Final = rf"'^(?:{_SCHEME}://)?(?:\\[(.+)\\](?:{_PORT})?|(.+?)(?:{_PORT})?)$', '\\1\\2'"


def _is_asked(condition: Condition) -> bool:
    """Say whether a condition needs the prepared headers."""
    match condition:
        case Not(condition=inner):
            return _is_asked(inner)
        case OriginIn(origins=origins):
            return origins.normalisation.reading is Reading.URL
        case _:
            return False


def first_line_of(header: str) -> str:
    """Write the first of the lines that a header's value is joined of."""
    return f"re.extract(request.headers['{header}'], {_FIRST_LINE})"


def origin_of(header: str) -> str:
    """Write scheme, host and port of a header's value; all of its first line where that has no host."""
    line = first_line_of(header)
    authority = f"re.extract({line}, {_AUTHORITY})"
    bare = f"re.extract({authority}, {_WITHOUT_BRACKETS})"
    plain = f"re.extract({authority}, {_WITHOUT_PORT})"
    return f"{line}.matches({_HAS_HOST}) ? ({authority}.matches({_IN_BRACKETS}) ? {bare} : {plain}) : {line}"


def _host_of(header: str) -> str:
    line = first_line_of(header)
    host = f"re.extract(re.extract({line}, {_AUTHORITY}), {_HOST_ALONE})"
    return f"{line}.matches({_HAS_HOST}) ? {host} : {line}"


def internal(tables: Iterable[Table]) -> tuple[str, ...]:
    """Return the names of the prepared headers, none where no table asks for them."""
    different = {id(table): table for table in tables}.values()
    return INTERNAL if any(_is_asked(condition) for table in different for condition in table.conditions()) else ()


def mutations_for(tables: Iterable[Table]) -> list[Json]:
    """Return the early header mutations that prepare the headers, none where no table asks for them."""
    if not internal(tables):
        return []
    return [
        *({"remove": name} for name in INTERNAL),
        _set(ORIGIN, f"%CEL({origin_of(names.ORIGIN)})%"),
        _set(HOST, f"%CEL({_host_of(names.ORIGIN)})%"),
    ]


def _set(name: str, value: str) -> Json:
    option = {"header": {"key": name, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
    return {"append": option}
