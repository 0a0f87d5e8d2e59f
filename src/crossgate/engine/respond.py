"""What the client sees: the upstream's answer or the gateway's own, with the edits of the deciding row."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from itertools import groupby

from msgspec import Struct

from crossgate.engine import grpc
from crossgate.engine.conditions import Conditions
from crossgate.engine.decide import Decision
from crossgate.engine.header_lines import JOINED_IN_RESPONSES
from crossgate.engine.redirects import location
from crossgate.engine.request import Request
from crossgate.engine.wire import as_sent, is_utf8
from crossgate.fetch.headers import CONTENT_TYPE, OWS, split_list
from crossgate.model.edits import Append, Echo, Edit, Literal, Merge, Remove, Set, Value, with_member
from crossgate.model.origins import Reading
from crossgate.model.plain_edits import one_after_another, yielding
from crossgate.model.routes import Forward, Redirect
from crossgate.model.table import BODILESS, TEXT, Respond

Headers = tuple[tuple[str, str], ...]
Lines = list[tuple[str, str]]

_FRAMING = frozenset({"content-length", CONTENT_TYPE})
_UNPREDICTED = frozenset(
    {"date", "server", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"}
)
_REDIRECTION = 3


class Response(Struct, frozen=True, kw_only=True):
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
    lines = [(name.lower(), value) for name, value in upstream.headers] if answer is None else _own(answer, request)
    if plain := _plain(decision):
        lines = _edited(lines, yielding(plain, edits), request)
    lines = _edited(lines, made, request)
    unframed = [line for line in lines if line[0] not in _FRAMING]
    if answer is None:
        return Response(status=upstream.status, headers=_presented(unframed), body=upstream.body)
    media = [value for name, value in lines if name == CONTENT_TYPE]
    framed = _framed(answer, request, _value(CONTENT_TYPE, media) if media else TEXT)
    return Response(status=framed.status, headers=_presented([*unframed, *framed.headers]), body=framed.body)


def _plain(decision: Decision) -> tuple[Edit, ...]:
    """Return the edits that the backend and the route make, where the answer is theirs."""
    route, row = decision.routed.route, decision.row
    if route is None or (row is not None and isinstance(row.action, Respond)):
        return ()
    if isinstance(route.target, Forward):
        return one_after_another(route.target.usual.response_edits, route.response_edits)
    return route.response_edits


def _own(answer: Redirect | Respond, request: Request) -> Lines:
    """Return the headers of the gateway's own answer as they are before all edits."""
    if isinstance(answer, Respond) and answer.body and answer.content_type != TEXT:
        return [*_location(answer, request), (CONTENT_TYPE, answer.content_type)]
    return [*_location(answer, request)]


def _location(answer: Redirect | Respond, request: Request) -> Headers:
    """Return where an answer sends the client.

    To one whose status wants a location, and that is no redirect, the data plane adds the request's own URL.
    """
    if isinstance(answer, Redirect):
        return (("location", location(answer, request)),)
    if answer.status != HTTPStatus.CREATED and answer.status // 100 != _REDIRECTION:
        return ()
    return (("location", f"{request.scheme}://{request.authority}{request.path_and_query}"),)


def _framed(answer: Redirect | Respond, request: Request, media: str) -> Response:
    """Return the gateway's own answer with the headers that the HTTP server gives it after all edits.

    `media` is the type of the body, if there is one.
    """
    is_head = request.method == "HEAD"
    body = answer.body if isinstance(answer, Respond) else ""
    length = ("content-length", str(len(body.encode())))
    if grpc.is_grpc(request.header("content-type") or ""):
        headers: Headers = (("content-type", grpc.CONTENT_TYPE), ("grpc-status", grpc.status_of(answer.status)))
        if not is_head:
            headers += (("content-length", "0"),)
            headers += (("grpc-message", grpc.message_of(body)),) if body else ()
        return Response(status=HTTPStatus.OK, headers=headers)
    bare = () if is_head or answer.status in BODILESS else (length,)
    headers = (length, (CONTENT_TYPE, media)) if body else bare
    return Response(status=answer.status, headers=headers, body="" if is_head else body)


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
                    replaced[name] = with_member(members, member)
            case Append(name=name, value=value) if (text := _text(value, request)) is not None:
                appended.append((name, text))
            case _:
                pass
    return [*(line for line in kept if line[0] not in replaced), *replaced.items(), *appended]


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
            echoed = normalisation.echo(sent)
            is_computed = echoed != sent or normalisation.reading is not Reading.VALUE
            return (echoed or None) if is_utf8(sent) or not is_computed else None


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
