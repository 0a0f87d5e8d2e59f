"""What clients get where an upstream fails: the gateway's answer in place of Envoy's own.

Envoy's flags say why it answered by itself; a route's own answers have none, and stay as they are.
"""

from collections.abc import Iterable
from typing import Final

from crossgate.envoy.matchers import Json
from crossgate.model.listeners import Failed, Failure, Listener

_FLAGS: Final = {
    Failure.NO_ENDPOINT: ("UH", "NC"),
    Failure.UNREACHABLE: ("UF", "UC", "UR", "UPE", "LR"),
    Failure.TIMED_OUT: ("UT", "SI"),
}
_CEL: Final = "type.googleapis.com/envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter"


def local_replies(listeners: Iterable[Listener]) -> Json:
    """Return what the connection manager of some listeners is told of failures; nothing where none says anything."""
    failed = {found.failure: found for listener in listeners for found in listener.failed}
    mappers = []
    if Failure.TIMED_OUT in failed:
        mappers.append(_mapper(failed[Failure.TIMED_OUT], _connecting()))
    mappers += [_mapper(found, _flagged(failure)) for failure, found in failed.items()]
    return {"local_reply_config": {"mappers": mappers}} if mappers else {}


def _mapper(found: Failed, when: Json) -> Json:
    answer = found.answer
    text = {"text_format_source": {"inline_string": "%LOCAL_REPLY_BODY%"}, "content_type": answer.content_type}
    body = {"inline_string": answer.body}
    return {"filter": when, "status_code": answer.status, "body": body, "body_format_override": text}


def _flagged(failure: Failure) -> Json:
    return {"response_flag_filter": {"flags": list(_FLAGS[failure])}}


def _connecting() -> Json:
    """Match what took too long to connect to, which has the flag of connections that cannot be made."""
    expression = {"@type": _CEL, "expression": "response.code_details.contains('connection_timeout')"}
    name = "envoy.access_loggers.extension_filters.cel"
    filters = [_flagged(Failure.UNREACHABLE), {"extension_filter": {"name": name, "typed_config": expression}}]
    return {"and_filter": {"filters": filters}}
