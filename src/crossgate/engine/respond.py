"""What the client sees: the upstream's answer or the gateway's own, with the edits of the deciding row."""

from collections.abc import Sequence
from dataclasses import dataclass

from crossgate.engine.conditions import Conditions
from crossgate.engine.decide import Decision
from crossgate.engine.request import Request
from crossgate.fetch.headers import VARY, split_list
from crossgate.model.edits import Append, Echo, Edit, Literal, Merge, Remove, Set, Value
from crossgate.model.table import Respond

Headers = tuple[tuple[str, str], ...]

_FRAMING = frozenset({"content-length", "content-type"})
_WITHOUT_LENGTH = frozenset({204, 304})
_UNPREDICTED = frozenset({"date", "server", "connection", "keep-alive", "transfer-encoding"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response as far as configuration and upstream cause it. Header names are lower case."""

    status: int = 200
    headers: Headers = ()
    body: str = ""

    def header(self, name: str) -> str | None:
        """Return the lines of a header joined with a comma, or None where there is none."""
        values = [value for key, value in self.headers if key == name]
        return ",".join(values) if values else None


def respond(conditions: Conditions, decision: Decision, upstream: Response) -> Response:
    """Return what the client sees of a decision when the upstream would answer `upstream`."""
    base = upstream if decision.answer is None else _local(decision.answer, decision.request)
    lines = [(name.lower(), value) for name, value in base.headers]
    if decision.table is not None and decision.row is not None:
        for edit in _ordered(decision.table.edits_of(decision.row)):
            lines = _edited(conditions, lines, edit, decision.request)
    dropped = _UNPREDICTED if decision.answer is not None else _UNPREDICTED | _FRAMING
    return Response(status=base.status, headers=_presented(lines, dropped), body=base.body)


def _local(answer: Respond, request: Request) -> Response:
    """Return the gateway's own answer, with the framing that its HTTP server gives it."""
    length = ("content-length", str(len(answer.body.encode())))
    if answer.body:
        headers: Headers = (length, ("content-type", answer.content_type))
    elif request.method == "HEAD" or answer.status in _WITHOUT_LENGTH:
        headers = ()
    else:
        headers = (length,)
    body = "" if request.method == "HEAD" else answer.body
    return Response(status=answer.status, headers=headers, body=body)


def _ordered(edits: Sequence[Edit]) -> list[Edit]:
    """Put removals first: in Envoy they come before every addition."""
    return sorted(edits, key=lambda edit: not isinstance(edit, Remove))


Lines = list[tuple[str, str]]


def _edited(conditions: Conditions, lines: Lines, edit: Edit, request: Request) -> Lines:
    if not isinstance(edit, Remove) and edit.when is not None and not conditions.hold(edit.when, request):
        return lines
    without = [line for line in lines if line[0] != edit.name]
    match edit:
        case Remove():
            return without
        case Merge(name=name, member=member):
            return [*without, (name, _merged([value for key, value in lines if key == name], member))]
        case Set(name=name, value=value):
            text = _text(value, request)
            return lines if text is None else [*without, (name, text)]
        case Append(name=name, value=value):
            text = _text(value, request)
            return lines if text is None else [*lines, (name, text)]


def _merged(values: Sequence[str], member: str) -> str:
    value = ",".join(values)
    members = split_list(value)
    if any(member == "*" or member.lower() == member.lower() for member in members):
        return value
    return f"{value}, {member}" if value else member


def _text(value: Value, request: Request) -> str | None:
    match value:
        case Literal(text=text):
            return text
        case Echo(header=header, normalisation=normalisation, missing=missing):
            sent = request.header(header)
            return normalisation.echo(sent) if sent else missing


def _presented(lines: Lines, dropped: frozenset[str]) -> Headers:
    """Sort by name, keeping the order of lines of one name, and make `Vary` one line."""
    kept = sorted((line for line in lines if not _is_dropped(line[0], dropped)), key=lambda line: line[0])
    varying = [value for name, value in kept if name == VARY]
    if len(varying) > 1:
        at = next(position for position, line in enumerate(kept) if line[0] == VARY)
        kept = [line for line in kept if line[0] != VARY]
        kept.insert(at, (VARY, ",".join(varying)))
    return tuple(kept)


def _is_dropped(name: str, dropped: frozenset[str]) -> bool:
    return name in dropped or name.startswith("x-envoy-")
