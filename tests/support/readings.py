"""The two readings of a configuration, in one form: what the engine says of a request, and what Envoy answered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from crossgate.engine.decide import Decision, Engine
from crossgate.engine.request import BadRequest, receive
from crossgate.engine.respond import Response, respond
from crossgate.engine.wire import as_sent
from crossgate.model.gateway import NOT_FOUND
from crossgate.model.table import BODILESS
from crossgate.records import replace
from tests.support.data_plane import DECIDED
from tests.support.exchange import Answer, as_predicted
from tests.support.wire import Connection, Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Which route, policy and row decided, with what outcome, and the response."""

    decided: Mapping[str, str]
    response: Response


def engine_reading(
    engine: Engine,
    port: int,
    method: str,
    target: str,
    lines: Lines,
    upstream: Response,
    server_name: str | None = None,
) -> tuple[Reading, bool]:
    """Return what the engine says of a request, and whether it goes to the upstream, which would answer `upstream`."""
    scheme = engine.config.ports[port][0].scheme
    request = receive(
        method, target, lines, scheme=scheme, server_name=server_name, trusted_hops=engine.config.trusted_hops
    )
    if isinstance(request, BadRequest):
        response = Response(status=request.status, headers=request.headers, body=request.body)
        return Reading(decided={}, response=response), False
    decision = engine.decide(request, port=port)
    if method == "HEAD" or upstream.status in BODILESS:
        upstream = replace(upstream, body="")
    response = respond(engine.conditions, decision, upstream)
    is_forwarded = decision.answer is None
    if not is_forwarded:
        response = replace(response, body=as_sent(response.body))
    return Reading(decided=_decided(decision), response=response), is_forwarded


def _decided(decision: Decision) -> Mapping[str, str]:
    """Return what the Envoy route of a decision says of itself; for what is not configured there is no route."""
    route, table, row = decision.routed.route, decision.table, decision.row
    if route is None and decision.routed.unmatched == NOT_FOUND:
        return {}
    said = {
        "route": "" if route is None else route.name,
        "policy": decision.policy or ("" if table is None else table.policy),
        "outcome": decision.outcome.value,
        "row": "" if row is None else row.name,
    }
    return {key: value for key, value in said.items() if value}


def envoy_reading(answer: Answer, *, is_forwarded: bool) -> Reading:
    """Return what Envoy answered, and said of its route."""
    said = "".join(value for name, value in answer.headers if name == DECIDED)
    answer = replace(answer, headers=tuple(line for line in answer.headers if line[0] != DECIDED))
    return Reading(decided=json.loads(said or "{}"), response=as_predicted(answer, is_forwarded=is_forwarded))


def assert_read_alike(
    engine: Engine,
    port: int,
    connection: Connection,
    method: str,
    target: str,
    lines: Lines,
    upstream: Response | None = None,
) -> Reading:
    """Assert that Envoy does with a request what the engine says, and return that."""
    upstream = upstream or Response()
    said, is_forwarded = engine_reading(engine, port, method, target, lines, upstream, connection.server_name)
    answer = connection.exchange(method, target, lines)

    assert envoy_reading(answer, is_forwarded=is_forwarded) == said, (method, target, lines)
    return said
