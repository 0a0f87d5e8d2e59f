"""Every case through the engine and through a real Envoy: the same answer from both, and the one that is expected.

Where Crossgate answers otherwise than the case's source on purpose, the case says what (`ours`), and
`docs/differences.yaml` says why.
"""

from collections.abc import Iterator

import pytest

from crossgate.dialects.enforcement import NOT_ENFORCED
from crossgate.engine.decide import Decision
from crossgate.engine.request import Request, admit, split_url
from crossgate.engine.respond import Response, respond
from crossgate.model.routes import Forward
from crossgate.records import replace
from tests.conformance.backends import TICKET, Asked
from tests.conformance.files import file_of, read_file
from tests.conformance.gateways import Gateways, engine_of, key_of, options_of, running_gateways
from tests.conformance.matching import mismatches
from tests.conformance.suites import Case, decisions
from tests.support.exchange import as_predicted, send

CASES = decisions()
GATEWAY, UPSTREAM = "gateway", "upstream"


@pytest.fixture(scope="module")
def gateways() -> Iterator[Gateways]:
    with running_gateways(CASES) as running:
        yield running


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_engine_answers_as_expected(case: Case) -> None:
    decision, response = decided(case)
    by = UPSTREAM if decision.answer is None else GATEWAY
    wrong = mismatches(case, case.ours or case.expected, response, by=by, outcome=decision.outcome.value)
    assert wrong == []


@pytest.mark.parametrize("case", [case for case in CASES if case.is_live], ids=lambda case: case.id)
def test_envoy_answers_as_the_engine(case: Case, gateways: Gateways) -> None:
    decision, response = decided(case)
    ticket = gateways.upstream.ticket(case.upstream)
    _, authority, target = split_url(case.url)
    lines = [("host", authority), *case.headers, (TICKET, ticket)]
    answer = send(gateways.sockets[key_of(case)], case.method, target, lines)
    asked = gateways.upstream.asked.get(ticket)
    assert (asked is None) == (decision.answer is not None)
    assert as_predicted(answer, is_forwarded=asked is not None) == response
    if asked is not None:
        check_where_it_went(case, decision, asked)


@pytest.mark.parametrize("case", [case for case in CASES if case.unenforced], ids=lambda case: case.id)
def test_what_envoy_is_not_asked_is_refused_by_name(case: Case) -> None:
    options = replace(options_of(case.suite.dialect, case.version), without=frozenset())
    _, report = read_file(file_of(case.suite.dialect, case.configuration, case.place), options)
    assert case.unenforced in {found.subject for found in report if found.id == NOT_ENFORCED}


@pytest.mark.parametrize("case", [case for case in CASES if case.ours is not None], ids=lambda case: case.id)
def test_a_difference_is_one(case: Case) -> None:
    decision, response = decided(case)
    by = UPSTREAM if decision.answer is None else GATEWAY
    assert mismatches(case, case.expected, response, by=by, outcome=decision.outcome.value) != []


def decided(case: Case) -> tuple[Decision, Response]:
    """Ask the engine."""
    engine = engine_of(key_of(case))
    request = admit(case.method, case.url, case.headers, trusted_hops=engine.config.trusted_hops)
    assert isinstance(request, Request), request
    (port,) = engine.config.ports
    decision = engine.decide(request, port=port)
    response = respond(engine.conditions, decision, case.upstream)
    if case.method == "HEAD":
        response = Response(status=response.status, headers=response.headers)
    return decision, response


def check_where_it_went(case: Case, decision: Decision, asked: Asked) -> None:
    """Compare the backend, and the target that it saw, with what the route and the case say."""
    route = decision.routed.route
    assert route is not None
    assert isinstance(route.target, Forward)
    assert asked.backend in {share.backend.name for share in route.target.backends if share.backend}
    wanted = case.ours or case.expected
    if wanted.backend is not None:
        assert asked.backend.startswith(f"{wanted.backend}.")
    if wanted.target is not None:
        assert asked.target == wanted.target
