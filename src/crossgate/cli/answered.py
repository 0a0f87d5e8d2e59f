"""One request of a planned fetch, answered as the gateway would."""

from dataclasses import dataclass

from crossgate.browser.exchanges import Sent
from crossgate.engine.decide import Decision, Engine
from crossgate.engine.request import BadRequest, admit, split_url
from crossgate.engine.respond import Response, respond
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.hosts import split_port
from crossgate.model.policy import Policy
from crossgate.model.table import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer as the browser sees it, with the decision behind it, or the reason why there was none to make."""

    response: Response
    decision: Decision | None
    refusal: str | None = None

    @property
    def status(self) -> int:
        """The status."""
        return self.response.status

    @property
    def outcome(self) -> Outcome:
        """What was decided."""
        return Outcome.BAD_REQUEST if self.decision is None else self.decision.outcome

    @property
    def is_forwarded(self) -> bool:
        """Whether the upstream answered."""
        return self.decision is not None and self.decision.answer is None

    @property
    def policy(self) -> Policy | None:
        """The policy that decided, as it was declared."""
        route = None if self.decision is None else self.decision.routed.route
        if self.decision is None or route is None:
            return None
        policies = [found for found in (route.around, route.policy) if found is not None]
        return next((found for found in policies if found.name == self.decision.policy), route.policy)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The lines of all headers."""
        return self.response.headers


def ask(engine: Engine, sent: Sent, listener: str | None) -> Answered:
    """Answer a request as the gateway would, in front of an upstream that answers 200 and says nothing of CORS.

    Raises `ListenerUnknown` where the configuration has no listener for it.
    """
    request = admit(sent.method, sent.url, sent.headers)
    if isinstance(request, BadRequest):
        refused = Response(status=request.status, headers=request.headers, body=request.body)
        return Answered(response=refused, decision=None, refusal=request.reason)
    decision = engine.decide(request, port=port_of(sent.url), listener=listener)
    return Answered(response=respond(engine.conditions, decision, Response()), decision=decision)


def port_of(url: str) -> int:
    """Return the port that a URL names or implies; raises ValueError for what is no URL."""
    scheme, authority, _ = split_url(url)
    _, port = split_port(authority)
    return int(port) if port else DEFAULT_PORTS[scheme]
