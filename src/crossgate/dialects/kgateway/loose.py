"""TrafficPolicies that are attached to nothing, and references of theirs that lead nowhere."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import Documents, KubernetesObject
from crossgate.dialects.kgateway.names import GATEWAY_API, LISTENER_SETS
from crossgate.dialects.kgateway.policies import TrafficPolicy
from crossgate.dialects.kgateway.said import Said
from crossgate.dialects.kgateway.targets import Target
from crossgate.model.attachments import RouteAttachments, Unattached
from crossgate.source import Span

_SERVED: Final = ((GATEWAY_API, "Gateway"), (GATEWAY_API, "HTTPRoute"), *LISTENER_SETS)
_KINDS: Final = frozenset(kind for _, kind in _SERVED)


class Loose:
    """Learns of places and attachments while routes are read, and then says what is left over."""

    def __init__(self, policies: Sequence[TrafficPolicy], documents: Documents) -> None:
        self._policies = tuple(policy for policy in policies if policy.said.decides or policy.said.fails)
        objects = [found for group, kind in _SERVED for found in documents.of(group, kind)]
        self._objects = {(found.kind, found.namespace, found.name) for found in objects}
        self._sections: defaultdict[tuple[str, str, str], dict[str, None]] = defaultdict(dict)
        self._attached: set[Said] = set()

    def place(self, found: KubernetesObject, section: str | None) -> None:
        """Learn that an object has a section."""
        if section is not None:
            self._sections[found.kind, found.namespace, found.name][section] = None

    def attach(self, said: Said) -> None:
        """Learn that a policy is at a place."""
        self._attached.add(said)

    def report(self, report: Diagnostics) -> None:
        """Warn of every policy without a place, and of every reference that leads nowhere."""
        for policy in self._policies:
            for span, reason in self._reasons(policy):
                message = f"`{policy.source.label}` is not attached: {reason}"
                report.warning("policy-not-attached", message, span, "it covers nothing that way")

    def unattached(self, routes: Iterable[RouteAttachments]) -> tuple[Unattached, ...]:
        """Return the policies that no served route has, each with every reason."""
        seen = {attachment.policy for route in routes for attachment in route.policies}
        return tuple(
            Unattached(policy=policy.source.label, reason=reason, span=span)
            for policy in self._policies
            for span, reason in self._causes(policy, seen)
        )

    def _causes(self, policy: TrafficPolicy, seen: set[str]) -> Iterator[tuple[Span, str]]:
        reasons = list(self._reasons(policy))
        if not reasons and policy.source.label not in seen:
            reasons = [(policy.source.name_span, "no route that it is attached to is served")]
        return iter(reasons)

    def _reasons(self, policy: TrafficPolicy) -> Iterator[tuple[Span, str]]:
        for target in policy.targets:
            reason = self._missing(target, policy.source.namespace)
            if reason is not None:
                yield target.span, reason
        if policy.said in self._attached or policy.targets:
            return
        if policy.said.fails:
            yield policy.source.name_span, "it cannot be used, whatever it is meant for"
        elif policy.selectors:
            yield policy.selectors[0].span, "no object has the labels that it selects by"
        else:
            yield policy.source.name_span, "it names no target, and no `extensionRef` names it"

    def _missing(self, target: Target, namespace: str) -> str | None:
        """Say why a target is none, None where it is one."""
        name = f"`{target.kind}/{namespace}/{target.name}`"
        if target.kind not in _KINDS:
            return f"{name} is of a kind that is not served"
        key = (target.kind, namespace, target.name)
        if key not in self._objects:
            return f"{name} is not among the files"
        if target.section is None or target.section in self._sections[key]:
            return None
        known = ", ".join(f"`{section}`" for section in self._sections[key]) or "none"
        section = "rule" if target.kind == "HTTPRoute" else "listener"
        return f"{name} has no {section} called `{target.section}`; those with a name: {known}"
