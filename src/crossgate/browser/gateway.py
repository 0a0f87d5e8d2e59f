"""A gateway as the engine has it, answering what a browser sends."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from msgspec import Struct

from crossgate.browser.answers import Headers
from crossgate.browser.exchanges import Sent
from crossgate.engine.decide import Decision, Engine
from crossgate.engine.request import BadRequest, Request, admit, split_url
from crossgate.engine.respond import Response, respond
from crossgate.engine.routing import ListenerUnknown
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.hosts import split_port
from crossgate.model.policy import Policy
from crossgate.model.table import Outcome


class Answered(Struct, frozen=True, kw_only=True):
    """An answer as the browser sees it, with the decision behind it, or the reason why there was none to make."""

    response: Response
    decision: Decision | None
    refusal: str | None = None
    is_elsewhere: bool = False
    """Whether a redirect led to a server that the configuration does not know."""

    @property
    def status(self) -> int:
        """The status."""
        return self.response.status

    @property
    def outcome(self) -> Outcome:
        """What was decided."""
        if self.is_elsewhere:
            return Outcome.NO_POLICY
        return Outcome.BAD_REQUEST if self.decision is None else self.decision.outcome

    @property
    def is_forwarded(self) -> bool:
        """Whether another server answered: the upstream, or one that a redirect led to."""
        return self.is_elsewhere or (self.decision is not None and self.decision.answer is None)

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


_ELSEWHERE: Final = Answered(response=Response(), decision=None, is_elsewhere=True)


SILENT: Final = Response()
"""What an upstream answers that says nothing of CORS: 200."""


@lru_cache(maxsize=1024)
def admitted(method: str, url: str, headers: Headers, trusted_hops: int) -> Request | BadRequest:
    """Return what `admit` does, kept for a while: the same requests are asked of two engines, or again and again."""
    return admit(method, url, headers, trusted_hops=trusted_hops)


def ask(engine: Engine, sent: Sent, listener: str | None, upstream: Response = SILENT) -> Answered:
    """Answer a request as the gateway would in front of an upstream that gives this answer.

    Raises `ListenerUnknown` where the configuration has no listener for it.
    """
    request = admitted(sent.method, sent.url, sent.headers, engine.config.trusted_hops)
    if isinstance(request, BadRequest):
        refused = Response(status=request.status, headers=request.headers, body=request.body)
        return Answered(response=refused, decision=None, refusal=request.reason)
    decision = engine.decide(request, port=port_of(sent.url), listener=listener)
    return Answered(response=respond(engine.conditions, decision, upstream), decision=decision)


def answering(engine: Engine, listener: str | None = None, upstream: Response = SILENT) -> Callable[[Sent], Answered]:
    """Return who answers the requests of one fetch: the gateway, and where a redirect leads away from it, others.

    Raises `ListenerUnknown` where the configuration has no listener for the first of them.
    """
    first: list[str] = []

    def answer(sent: Sent) -> Answered:
        origin = sent.url.partition("://")[2].partition("/")[0]
        first.append(origin)
        try:
            answered = ask(engine, sent, listener, upstream)
        except ListenerUnknown:
            if origin == first[0]:
                raise
            return _ELSEWHERE
        decision = answered.decision
        is_unknown = decision is not None and decision.routed.host is None
        return _ELSEWHERE if is_unknown and origin != first[0] else answered

    return answer


def port_of(url: str) -> int:
    """Return the port that a URL names or implies; raises ValueError for what is no URL."""
    scheme, authority, _ = split_url(url)
    _, port = split_port(authority)
    return int(port) if port else DEFAULT_PORTS[scheme]
