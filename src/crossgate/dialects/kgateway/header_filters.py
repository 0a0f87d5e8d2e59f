"""RequestHeaderModifier and ResponseHeaderModifier: edits of headers.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#httpheaderfilter.
"""

import re
from collections.abc import Iterator
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.kgateway.schema import longest, mappings, strings, unique
from crossgate.model.edits import Append, Edit, Literal, Remove, Set

_MOST: Final = 16
_LONGEST_NAME: Final = 256
_LONGEST_VALUE: Final = 4096
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`|~]+")


def read_header_filter(found: Fields, kind: str, report: Diagnostics) -> tuple[Edit, ...]:
    """Read the edits of a filter; `kind` is its type. Of equal names the first counts, as everywhere in this API."""
    pairs = [
        (operation, *pair)
        for operation in ("set", "add")
        for pair in _headers(mappings(found, operation, _MOST, report), operation, report)
    ]
    removed = [name for name in strings(found, "remove", _MOST, report) if is_header_name(name, report)]
    unique(removed, lambda name: name.value, "`{}` stands twice in `remove`", report)
    found.finish()
    edits: dict[str, Edit] = {}
    for operation, name, value in pairs:
        edit = _edit(operation, name, value, kind, report)
        if edit is not None:
            edits.setdefault(name.value.lower(), edit)
    for name in removed:
        edit = _edit("remove", name, None, kind, report)
        if edit is not None:
            edits.setdefault(name.value.lower(), edit)
    return tuple(edits.values())


def _headers(items: list[Fields], operation: str, report: Diagnostics) -> Iterator[tuple[Text, Text]]:
    names = []
    for item in items:
        name = item.string("name", required=True)
        value = longest(item.string("value", required=True), "value", _LONGEST_VALUE, report, shortest=1)
        item.finish()
        if name is not None and is_header_name(name, report):
            names.append(name)
            if value is not None:
                yield name, value
    unique(names, lambda name: name.value, f"`{{}}` stands twice in `{operation}`", report)


def is_header_name(name: Text, report: Diagnostics) -> bool:
    """Say whether a text is the name of a header, and report it where it is not."""
    if _NAME.fullmatch(name.value) and len(name.value) <= _LONGEST_NAME:
        return True
    report.error("invalid-header-name", f"`{name.value}` is not a header name", name.span)
    return False


def _edit(operation: str, name: Text, value: Text | None, kind: str, report: Diagnostics) -> Edit | None:
    """Return an edit, None where no gateway may make it, which is said."""
    lower = name.value.lower()
    literal = Literal(text="" if value is None else value.value)
    try:
        if operation == "remove":
            return Remove(name=lower)
        if lower != "host":
            return Set(name=lower, value=literal) if operation == "set" else Append(name=lower, value=literal)
    except ValueError:
        pass
    report_unenforced(report, kind, f"`{name.value}` is not edited by a {kind}", name.span, is_harmless=False)
    return None
