"""A comparison for people and for programs; `markdown` makes the page of a pull request of the same words."""

import json
from collections.abc import Iterator, Sequence
from shlex import quote
from typing import Any, Final

import click

from crossgate.browser.private_network import private_preflight
from crossgate.cli.reasons import Reason, place_of_failure, reason_of
from crossgate.comparison.compare import Comparison, Difference
from crossgate.comparison.kinds import OPENING, PRIVATE, Kind, Side
from crossgate.engine.decide import Engine
from crossgate.model.table import Outcome
from crossgate.source import Span, escape

SCHEMA: Final = "crossgate.diff/1"
_MOST_SHOWN: Final = 5

TITLES: Final = {
    Kind.NEWLY_ALLOWED: "newly allowed",
    Kind.NEWLY_READABLE: "newly readable",
    Kind.NEWLY_PRIVATE: "pages newly let into a private network",
    Kind.NEWLY_UPSTREAM: "still blocked, unless the upstream grants it, which is now heard",
    Kind.NEWLY_FORWARDED: "still blocked, but now seen by the upstream",
    Kind.NO_LONGER_ALLOWED: "no longer allowed",
    Kind.NO_LONGER_READABLE: "no longer readable",
    Kind.NO_LONGER_PRIVATE: "pages no longer let into a private network",
    Kind.NO_LONGER_UPSTREAM: "blocked, even where the upstream grants it",
    Kind.NO_LONGER_FORWARDED: "still blocked, and no longer seen by the upstream",
    Kind.STATUS: "another status",
    Kind.REMEMBERED: "preflights remembered for another time",
}


def to_text(found: Comparison, old: Engine, new: Engine, *, colour: bool) -> str:
    """Return the comparison for people: what was opened first."""
    blocks = []
    for difference in found.differences:
        title = TITLES[difference.kind]
        if colour:
            title = click.style(title, fg="red" if difference.kind in OPENING else "yellow", bold=True)
        lines = [f"{title}: {escape(subject(difference))}"]
        lines += [f"  {name:<9}{escape(text)}" for name, text in told(difference, old, new)]
        blocks.append("\n".join(lines))
    return "\n\n".join([*blocks, "\n".join(summary(found))])


def to_json(found: Comparison, old: Engine, new: Engine) -> str:
    """Return the comparison as one JSON object."""
    return json.dumps(
        {
            "schema": SCHEMA,
            "cells": found.cells,
            "places": found.places,
            "equal": found.equal,
            "alike": found.alike,
            "unsettled": [{"expression": entry.written, "at": _at(entry.span)} for entry in found.unsettled],
            "not_compared": [{"route": route.name, "at": _at(route.span)} for route in found.missed],
            "differences": [_object(item, old, new) for item in found.differences],
        },
        indent=2,
    )


def _object(item: Difference, old: Engine, new: Engine) -> dict[str, Any]:
    witness = item.witness
    return {
        "kind": item.kind.value,
        "urls": [place.url for place in item.places],
        "origin": item.origin,
        "also": [named.origin for named in item.named if named.entry is None and named.origin != item.origin],
        "entries": [{"entry": named.entry, "origin": named.origin} for named in item.named if named.entry is not None],
        "methods": list(item.methods),
        "request_headers": list(item.headers),
        "credentials": list(item.credentials),
        "names": list(item.names),
        "cells": item.cells,
        "witness": {
            "origin": witness.origin,
            "url": witness.url,
            "method": witness.method,
            "request_headers": [name if value is None else f"{name}: {value}" for name, value in witness.headers],
            "credentials": witness.credentials,
        },
        "old": _side_object(item.old, old),
        "new": _side_object(item.new, new),
    }


def _side_object(side: Side, engine: Engine) -> dict[str, Any]:
    last, verdict = side.last, side.verdict
    decision = None if last is None else last.decision
    route = None if decision is None else decision.routed.route
    reason = _reason(side, engine)
    return {
        "verdict": "allowed" if side.is_allowed else "blocked",
        "private_network": side.is_private,
        "left_to_upstream": side.is_left,
        "reason": reason.text,
        "at": _at(reason.span),
        "status": None if last is None else last.status,
        "outcome": None if last is None else last.outcome.value,
        "route": None if route is None else route.name,
        "policy": None if decision is None else decision.policy,
        "readable": list(verdict.readable) if verdict is not None else [],
        "remembered": verdict.remembered if verdict is not None else None,
    }


def told(item: Difference, old: Engine, new: Engine) -> Iterator[tuple[str, str]]:
    """Yield what is told of a difference, each with its name; all whom it is about where the subject has no room."""
    if len(whom := _whom(item)) > _MOST_SHOWN:
        yield "all", ", ".join(whom)
    yield "where", places(item) + _routes(item)
    yield "requests", f"{requests(item)} ({item.cells} cell{'s' if item.cells != 1 else ''})"
    yield "witness", witness_text(item)
    yield "before", _outcome(item, item.old, old)
    yield "now", _outcome(item, item.new, new)


def places(item: Difference) -> str:
    """Return where a difference is: its first URLs, and how many more."""
    return _listed([place.url for place in item.places])


def _routes(item: Difference) -> str:
    names = dict.fromkeys(_route(side) for side in (item.old, item.new))
    return f" ({' → '.join(names)})"


def _route(side: Side) -> str:
    decision = None if side.last is None else side.last.decision
    route = None if decision is None else decision.routed.route
    return "no route" if route is None else route.name


def subject(item: Difference) -> str:
    """Return whom a difference is about."""
    return _listed(_whom(item)) + (f": {', '.join(item.names)}" if item.names else "")


def _whom(item: Difference) -> Sequence[str]:
    """Return the origin, and the entries and origins that are treated like it: those that mean many come first."""
    said = [f"{named.origin} (`{named.entry}`)" if named.entry else named.origin for named in item.named]
    return said if any(named.origin == item.origin for named in item.named) else [item.origin, *said]


def _listed(texts: Sequence[str]) -> str:
    """Return the first of some texts, and how many more there are."""
    more = len(texts) - _MOST_SHOWN
    return ", ".join(texts[:_MOST_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def requests(item: Difference) -> str:
    """Return which requests differ."""
    headers = [name for name in item.headers if name is not None]
    parts = [", ".join(item.methods)]
    if headers:
        parts.append(f"{'also with' if None in item.headers else 'with'} {', '.join(headers)}")
    if len(item.credentials) > 1:
        parts.append("with or without credentials")
    else:
        parts.append("with credentials" if item.credentials[0] else "without credentials")
    return "; ".join(parts)


def witness_text(item: Difference) -> str:
    """Return the command that shows a difference."""
    fetch = item.witness
    if item.kind in PRIVATE:
        sent = private_preflight(fetch)
        line = {"method": sent.method, "url": sent.url, "headers": [list(header) for header in sent.headers]}
        return f"echo {quote(json.dumps(line))} | crossgate check … --requests -"
    headers = (name if value is None else f"{name}: {value}" for name, value in fetch.headers)
    more = "".join(f" --request-header {quote(header)}" for header in headers)
    credentials = " --credentials" if fetch.credentials else ""
    place = f"--url {quote(fetch.url)} --origin {quote(fetch.origin)} --method {quote(fetch.method)}"
    return f"crossgate check … {place}{more}{credentials}"


def _outcome(item: Difference, side: Side, engine: Engine) -> str:
    verdict = side.verdict
    reason = _reason(side, engine)
    said = f"{_word(item, side)}: {reason.text}" + _placed(reason.span)
    if verdict is None:
        return said
    match item.kind:
        case Kind.STATUS:
            return f"{said}, with status {verdict.status}"
        case Kind.REMEMBERED:
            return f"{said}, remembered for {verdict.remembered or 0:g} s"
        case _:
            return said


def _word(item: Difference, side: Side) -> str:
    if item.kind in PRIVATE:
        return "let in" if side.is_private else "not let in"
    if item.kind in {Kind.NEWLY_UPSTREAM, Kind.NO_LONGER_UPSTREAM}:
        return "left to the upstream" if side.is_left else "blocked"
    return "allowed" if side.is_allowed else "blocked"


def _reason(side: Side, engine: Engine) -> Reason:
    if side.verdict is None:
        return Reason(text="no listener takes the URL", span=None)
    last, failure = side.last, side.verdict.failure
    if last is None:
        return Reason(text="" if failure is None else failure.reason, span=None)
    found = reason_of(last, engine)
    is_granted = last.outcome in {Outcome.PREFLIGHT_ALLOWED, Outcome.ACTUAL_ALLOWED}
    if failure is not None and (found is None or is_granted):
        return Reason(text=failure.reason, span=place_of_failure(failure, last))
    return found or Reason(text=last.outcome.value, span=None)


def _placed(span: Span | None) -> str:
    return "" if span is None else f" ({span})"


def _at(span: Span | None) -> str | None:
    return None if span is None else str(span)


def summary(found: Comparison) -> Sequence[str]:
    """Return how much was compared, and what was not."""
    compared = f"{found.cells:,} cell{'s' if found.cells != 1 else ''}"
    places = f"{found.places:,} place{'s' if found.places != 1 else ''}"
    said = [f"{len(found.differences) or 'no'} difference{'s' if len(found.differences) != 1 else ''} in {compared}"]
    equal = f"{found.equal:,}" if found.equal else "none"
    said[0] += f" of {places}; {equal} of them do the same with every request"
    if found.alike:
        said.append(f"{found.alike:,} of them meet the same policies as another one, and were not played again")
    if found.missed:
        names = ", ".join(escape(route.name) for route in found.missed[:_MOST_SHOWN])
        more = f" and {len(found.missed) - _MOST_SHOWN} more" if len(found.missed) > _MOST_SHOWN else ""
        said.append(f"not compared, for no URL was found: {names}{more}")
    if found.unsettled:
        listed = ", ".join(f"`{escape(entry.written)}`{_placed(entry.span)}" for entry in found.unsettled)
        said.append(f"expressions that changed, and no origin that was tried tells apart: {listed}")
    return said
