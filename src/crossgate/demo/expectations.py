"""What Crossgate expects of an experiment: its engine answers in place of the gateway, its browser model judges.

Unlike `crossgate check`, which supposes an upstream that says nothing of CORS, this knows that the upstream is httpbin.
"""

from typing import Any, Final

from msgspec import Struct

from crossgate.browser.exchanges import Exchange, Sent, Verdict
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import play
from crossgate.demo.experiments import Experiment
from crossgate.demo.upstream import httpbin_answer
from crossgate.engine.decide import Decision, Engine
from crossgate.engine.request import BadRequest, admit
from crossgate.engine.respond import Response, respond
from crossgate.model.table import Outcome

_NOT_GRANTED: Final = frozenset({Outcome.ACTUAL_REFUSED, Outcome.NO_POLICY})


class Answered(Struct, frozen=True, kw_only=True):
    """An answer as the browser sees it, and the decision behind it."""

    response: Response
    decision: Decision

    @property
    def status(self) -> int:
        """The status."""
        return self.response.status

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The lines of all headers."""
        return self.response.headers


def expected(engine: Engine, experiment: Experiment, *, url: str, origin: str, listener: str) -> dict[str, Any]:
    """Return what is expected of an experiment, from a page of this origin, in the page's form."""

    def ask(sent: Sent) -> Answered:
        request = admit(sent.method, sent.url, sent.headers)
        if isinstance(request, BadRequest):
            raise TypeError(f"the experiment `{experiment.id}` is no request: {request.reason}")
        decision = engine.decide(request, port=0, listener=listener)
        return Answered(
            response=respond(engine.conditions, decision, httpbin_answer(request)),
            decision=decision,
        )

    fetch = PlannedFetch(
        origin=origin,
        url=url,
        method=experiment.method,
        headers=experiment.headers,
        credentials=experiment.credentials,
    )
    verdict = play(fetch, ask)
    return {
        "outcome": "allowed" if verdict.is_allowed else "blocked",
        "reason": _reason(verdict),
        "header": None if experiment.looks_for is None else _header(experiment.looks_for, verdict),
        "steps": [_step(exchange) for exchange in verdict.exchanges],
    }


def _reason(verdict: Verdict[Answered]) -> str | None:
    """Return why the browser blocks, or who lets it pass where that is not the policy."""
    if verdict.failure is not None:
        return verdict.failure.reason
    decided = verdict.exchanges[-1].answer.decision.outcome
    if decided in _NOT_GRANTED:
        return "the policy grants nothing, but lets the upstream's own headers through, and httpbin allows everybody"
    return None


def _header(name: str, verdict: Verdict[Answered]) -> str:
    return "readable" if name in verdict.readable else "hidden"


def _step(exchange: Exchange[Answered]) -> dict[str, Any]:
    decision = exchange.answer.decision
    return {
        "kind": exchange.kind,
        "method": exchange.method,
        "status": exchange.answer.status,
        "outcome": decision.outcome.value,
        "by": "upstream" if decision.answer is None else "gateway",
        "policy": decision.policy,
        "place": None if decision.policy_span is None else str(decision.policy_span),
    }
