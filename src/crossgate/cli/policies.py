"""`crossgate check --policies`: which policies are at which routes, at which level, and which of them won.

What is shown is the account that the readers gave; it knows no gateway, and decides nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import click

from crossgate.model.attachments import Attachment, Attachments, RouteAttachments, Standing, Unattached
from crossgate.source import Span, escape

SCHEMA: Final = "crossgate.policies/1"

_COLOURS: Final = {
    Standing.WON: "green",
    Standing.MERGED: "cyan",
    Standing.OVERRIDDEN: "yellow",
    Standing.FAILED: "red",
}
_STANDING: Final = max(len(standing) for standing in Standing)


def on_listener(account: Attachments, listener: str | None) -> Attachments:
    """Return the account of one listener, or of all; policies that are at no route belong to none."""
    if listener is None:
        return account
    return Attachments(
        routes=tuple(found for found in account.routes if found.listener == listener), unattached=account.unattached
    )


def to_json(account: Attachments) -> dict[str, Any]:
    """Return the account in the form of the contract, to which only additions are made; one object for each route."""
    return {
        "schema": SCHEMA,
        "routes": [
            {
                "route": route,
                "listener": found.listener,
                **_place(found.span),
                "policies": [_attachment(attachment) for attachment in found.policies],
            }
            for found in account.routes
            for route in found.routes
        ],
        "unattached": [
            {"policy": loose.policy, "reason": loose.reason, **_place(loose.span)} for loose in account.unattached
        ],
    }


def _attachment(attachment: Attachment) -> dict[str, Any]:
    return {
        "policy": attachment.policy,
        "level": attachment.level,
        "standing": attachment.standing.value,
        "reason": attachment.reason,
        **_place(attachment.span),
        "by": None if attachment.by is None else _place(attachment.by),
    }


def _place(span: Span | None) -> dict[str, Any]:
    if span is None:
        return {"file": None, "line": None, "column": None}
    return {"file": span.source.name, "line": span.line, "column": span.column}


def to_text(account: Attachments, *, colour: bool) -> str:
    """Return the account for people: a paragraph for the routes of each rule, then what is attached to nothing."""
    paragraphs = [_routes(found, colour=colour) for found in account.routes]
    if account.unattached:
        paragraphs.append(_unattached(account.unattached, colour=colour))
    return "\n\n".join("\n".join(lines) for lines in paragraphs) or "no routes"


def _routes(found: RouteAttachments, *, colour: bool) -> Iterator[str]:
    *others, last = found.routes
    yield from (escape(route) for route in others)
    yield escape(f"{last}  on {found.listener}{_at(found.span)}")
    if not found.policies:
        yield "  no policy"
    width = max((len(attachment.level) for attachment in found.policies), default=0)
    for attachment in found.policies:
        text = escape(f"{attachment.level:{width}}  {attachment.policy}{_at(attachment.span)}")
        yield f"  {_word(attachment.standing, colour=colour)}  {text}"
        if attachment.reason is not None:
            yield f"  {'':{_STANDING}}  {escape(attachment.reason)}"


def _unattached(loose: Sequence[Unattached], *, colour: bool) -> Iterator[str]:
    title = "attached to nothing"
    yield click.style(title, fg="yellow") if colour else title
    for found in loose:
        yield escape(f"  {found.policy}{_at(found.span)}")
        yield escape(f"    {found.reason}")


def _word(standing: Standing, *, colour: bool) -> str:
    word = f"{standing.value:{_STANDING}}"
    return click.style(word, fg=_COLOURS[standing]) if colour else word


def _at(span: Span | None) -> str:
    return "" if span is None else f"  {span}"
