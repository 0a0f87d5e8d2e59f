"""`crossgate check --requests`: one JSON object a line in, one out, in order, each flushed; the memory stays the same.

The form of the lines is part of the command line's contract (docs/cli.md).
"""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final, NoReturn, TextIO

from crossgate.browser.gateway import port_of
from crossgate.engine.decide import Decision, Engine
from crossgate.engine.request import BadRequest, admit
from crossgate.engine.respond import Response, respond
from crossgate.model.table import Outcome

LONGEST_LINE: Final = 16 * 1024 * 1024
"""Bytes; a longer line is answered with an error."""


class _Unusable(Exception):
    """A line that is no request."""


def answer_lines(engine: Engine, lines: BinaryIO, out: TextIO, *, listener: str | None = None) -> bool:
    """Answer every line; return whether all could be."""
    is_fine = True
    for line in _bounded(lines):
        if line is not None and not line.strip():
            continue
        answer = _answer(engine, line, listener)
        is_fine = is_fine and "error" not in answer
        out.write(json.dumps(answer) + "\n")
        out.flush()
    return is_fine


def _bounded(lines: BinaryIO) -> Iterator[bytes | None]:
    """Yield lines, None for one that is too long, whose rest is passed over."""
    while line := lines.readline(LONGEST_LINE):
        if len(line) < LONGEST_LINE or line.endswith(b"\n"):
            yield line
            continue
        while (rest := lines.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
            pass
        yield None


def _answer(engine: Engine, line: bytes | None, listener: str | None) -> dict[str, Any]:
    name: str | float | None = None
    try:
        given = _object(line)
        name = _id(given)
        return {"id": name, **_decided(engine, given, listener)}
    except (_Unusable, ValueError) as error:
        return {"id": name, "error": {"message": str(error)}}


def _object(line: bytes | None) -> dict[str, Any]:
    if line is None:
        raise _Unusable(f"the line is longer than {LONGEST_LINE} bytes")
    try:
        found = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise _Unusable(f"not UTF-8 at byte {error.start + 1}") from error
    except json.JSONDecodeError as error:
        raise _Unusable(f"not JSON: {error.msg.lower()} at column {error.colno}") from error
    except RecursionError as error:
        raise _Unusable("not JSON that can be read: nested too deeply") from error
    except ValueError as error:
        raise _Unusable("not JSON that can be read: a number has too many digits") from error
    if not isinstance(found, dict):
        raise _Unusable("a line is a JSON object")
    return found


def _refuse(constant: str) -> NoReturn:
    raise _Unusable(f"not JSON: `{constant}`")


def _id(given: Mapping[str, Any]) -> str | float | None:
    found = given.get("id")
    if isinstance(found, bool) or not isinstance(found, str | int | float | None):
        raise _Unusable("`id` is a string or a number")
    if isinstance(found, float) and not math.isfinite(found):
        raise _Unusable("`id` is a number that JSON cannot write")
    return found


def _decided(engine: Engine, given: Mapping[str, Any], listener: str | None) -> dict[str, Any]:
    method, url = _text(given, "method", "GET"), _text(given, "url", None)
    headers = _pairs(given.get("headers", []), "headers")
    request = admit(method, url, headers, trusted_hops=engine.config.trusted_hops)
    upstream = _upstream(given)
    if isinstance(request, BadRequest):
        refused = Response(status=request.status, headers=request.headers, body=request.body)
        return _shown(None, Outcome.BAD_REQUEST, refused)
    decision = engine.decide(request, port=port_of(url), listener=listener)
    return _shown(decision, decision.outcome, respond(engine.conditions, decision, upstream))


def _shown(decision: Decision | None, outcome: Outcome, response: Response) -> dict[str, Any]:
    is_local = decision is None or decision.answer is not None
    route = None if decision is None else decision.routed.route
    return {
        "route": None if route is None else route.name,
        "policy": None if decision is None else decision.policy,
        "outcome": outcome.value,
        "action": "respond" if is_local else "forward",
        "response": shown_response(response),
    }


def shown_response(response: Response) -> dict[str, Any]:
    """Return a response in the form of the contract."""
    return {
        "status": response.status,
        "headers": [[name, value] for name, value in response.headers],
        "body": response.body,
    }


def _text(given: Mapping[str, Any], key: str, default: str | None) -> str:
    value = given.get(key, default)
    if not isinstance(value, str):
        raise _Unusable(f"`{key}` is a string" if key in given else f"`{key}` is missing")
    return value


def _pairs(found: object, what: str) -> list[tuple[str, str]]:
    pairs = found if isinstance(found, list) else None
    if pairs is None or not all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)  # noqa: PLR2004
        for pair in pairs
    ):
        raise _Unusable(f'`{what}` is a list of pairs of strings: [["Origin", "https://a.test"]]')
    return [(name, value) for name, value in pairs]


def _upstream(given: Mapping[str, Any]) -> Response:
    """Return what the backend would answer: 200 without headers, unless the line says otherwise."""
    found = given.get("upstream") or {}
    if not isinstance(found, dict):
        raise _Unusable("`upstream` is an object with `status`, `headers` and `body`")
    status, body = found.get("status", 200), found.get("body", "")
    if not isinstance(status, int) or isinstance(status, bool) or not 200 <= status <= 599:  # noqa: PLR2004
        raise _Unusable("the status of `upstream` is a number from 200 to 599")
    if not isinstance(body, str):
        raise _Unusable("the body of `upstream` is a string")
    return Response(status=status, headers=tuple(_pairs(found.get("headers", []), "headers of upstream")), body=body)
