"""What the client sees: the upstream's answer or the gateway's own, with the edits of the deciding row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby

from crossgate.engine import grpc
from crossgate.engine.conditions import Conditions
from crossgate.engine.decide import Decision
from crossgate.engine.header_lines import JOINED_IN_RESPONSES
from crossgate.engine.redirects import location
from crossgate.engine.request import Request
from crossgate.engine.wire import as_sent, is_utf8
from crossgate.fetch.headers import OWS, split_list
from crossgate.model.edits import Append, Echo, Edit, Literal, Merge, Remove, Set, Value
from crossgate.model.routes import Redirect
from crossgate.model.table import BODILESS, Respond

Headers = tuple[tuple[str, str], ...]

_FRAMING = frozenset({"content-length", "content-type"})
_UNPREDICTED = frozenset(
    {"date", "server", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"}
)
_REDIRECTION = 3


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
    answer, request = decision.answer, decision.request
    edits = () if decision.table is None or decision.row is None else decision.table.edits_of(decision.row)
    made = [edit for edit in edits if _is_made(conditions, edit, request)]
    if answer is None:
        lines = _edited([(name.lower(), value) for name, value in upstream.headers], made, request)
        headers = _presented(line for line in lines if line[0] not in _FRAMING)
        return Response(status=upstream.status, headers=headers, body=upstream.body)
    framed = _framed(Respond(status=answer.status) if isinstance(answer, Redirect) else answer, request)
    headers = _presented([*_edited(_location(answer, request), made, request), *framed.headers])
    return Response(status=framed.status, headers=headers, body=framed.body)


def _location(answer: Redirect | Respond, request: Request) -> Headers:
    """Return where an answer sends the client, as it is before all edits.

    To one whose status wants a location, and that is no redirect, the data plane adds the request's own URL.
    """
    if isinstance(answer, Redirect):
        return (("location", location(answer, request)),)
    if answer.status != HTTPStatus.CREATED and answer.status // 100 != _REDIRECTION:
        return ()
    return (("location", f"{request.scheme}://{request.authority}{request.path_and_query}"),)


def _framed(answer: Respond, request: Request) -> Response:
    """Return the gateway's own answer with the headers that the HTTP server gives it after all edits."""
    is_head = request.method == "HEAD"
    length = ("content-length", str(len(answer.body.encode())))
    if grpc.is_grpc(request.header("content-type") or ""):
        headers: Headers = (("content-type", grpc.CONTENT_TYPE), ("grpc-status", grpc.status_of(answer.status)))
        if not is_head:
            headers += (("content-length", "0"),)
            headers += (("grpc-message", grpc.message_of(answer.body)),) if answer.body else ()
        return Response(status=HTTPStatus.OK, headers=headers)
    if answer.body:
        headers = (length, ("content-type", answer.content_type))
    else:
        headers = () if is_head or answer.status in BODILESS else (length,)
    return Response(status=answer.status, headers=headers, body="" if is_head else answer.body)


Lines = list[tuple[str, str]]


def _is_made(conditions: Conditions, edit: Edit, request: Request) -> bool:
    return isinstance(edit, Remove) or edit.when is None or conditions.hold(edit.when, request)


def _edited(lines: Iterable[tuple[str, str]], edits: Sequence[Edit], request: Request) -> Lines:
    """Make all edits, in the order that the model gives them."""
    removed = {edit.name for edit in edits if isinstance(edit, Remove)}
    kept = [line for line in lines if line[0] not in removed]
    replaced, appended = dict[str, str](), Lines()
    for edit in edits:
        match edit:
            case Set(name=name, value=value) if (text := _text(value, request)) is not None:
                replaced[name] = text
            case Merge(name=name, member=member):
                members = _value(name, (value for key, value in kept if key == name))
                if is_utf8(members):
                    replaced[name] = _merged(members, member)
            case Append(name=name, value=value) if (text := _text(value, request)) is not None:
                appended.append((name, text))
            case _:
                pass
    return [*(line for line in kept if line[0] not in replaced), *replaced.items(), *appended]


def _merged(value: str, member: str) -> str:
    members = {found.lower() for found in split_list(value)}
    if members & {"*", member.lower()}:
        return value
    return f"{value}, {member}" if value else member


def _text(value: Value, request: Request) -> str | None:
    match value:
        case Literal(text=text):
            return as_sent(text)
        case Echo(header=header, normalisation=normalisation, missing=missing, compact=compact):
            sent = request.header(header)
            if sent and compact:
                sent = ",".join(split_list(sent))
            if not sent:
                return None if missing is None else as_sent(missing)
            return normalisation.echo(sent) if is_utf8(sent) or not normalisation.takes_off else None


def _value(name: str, values: Iterable[str]) -> str:
    return ",".join(filter(None, values) if name in JOINED_IN_RESPONSES else values)


def _presented(lines: Iterable[tuple[str, str]]) -> Headers:
    """Sort by name, keeping the order of lines of one name, and join the lines that the data plane joins."""
    kept = sorted((line for line in lines if not _is_unpredicted(line[0])), key=lambda line: line[0])
    found = Lines()
    for name, group in groupby(kept, key=lambda line: line[0]):
        values = [value for _, value in group]
        if name in JOINED_IN_RESPONSES:
            values = [_value(name, values)]
        found += [(name, value.strip(OWS)) for value in values]
    return tuple(found)


def _is_unpredicted(name: str) -> bool:
    return name in _UNPREDICTED or name.startswith("x-envoy-")
