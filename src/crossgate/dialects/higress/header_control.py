"""The annotations `request-header-control-…` and `response-header-control-…`: headers added, replaced and removed.

A line is `NAME VALUE`; names to remove stand in a comma list.
"""

from collections.abc import Iterator

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Text
from crossgate.dialects.higress.annotations import OWN, Annotations
from crossgate.model.edits import Append, Edit, Literal, Remove, Set


class HeaderControl(Struct, frozen=True, kw_only=True):
    """What is done to the headers of requests and of responses."""

    request: tuple[Edit, ...] = ()
    response: tuple[Edit, ...] = ()


def read_header_control(annotations: Annotations, report: Diagnostics) -> HeaderControl:
    """Read all six annotations."""
    return HeaderControl(
        request=tuple(_edits("request", annotations, report)), response=tuple(_edits("response", annotations, report))
    )


def _edits(message: str, annotations: Annotations, report: Diagnostics) -> Iterator[Edit]:
    removed, updated, added = (
        annotations.text(f"{message}-header-control-{verb}", (OWN,)) for verb in ("remove", "update", "add")
    )
    for name in [] if removed is None else removed.value.split(","):
        if name.strip():
            yield from _made(name.strip(), None, removed, report)
    for text, kind in ((updated, Set), (added, Append)):
        for line in [] if text is None else text.value.split("\n"):
            name, _, value = line.strip().partition(" ")
            if name:
                yield from _made(name, value.strip(), text, report, kind=kind)


def _made(
    name: str, value: str | None, text: Text | None, report: Diagnostics, *, kind: type[Set | Append] = Set
) -> Iterator[Edit]:
    """Yield the edit, unless the line lacks a value or the header is not anybody's to edit."""
    try:
        edit = Remove(name=name.lower()) if value is None else kind(name=name.lower(), value=Literal(text=value))
        is_possible = value != "" and name.lower() != "host"
    except ValueError:
        is_possible = False
    if is_possible:
        yield edit
    else:
        message = f"`{name}` is passed over: it lacks a value, or is no header that can be edited"
        report.warning("invalid-annotation", message, None if text is None else text.span, "a line is `NAME VALUE`")
