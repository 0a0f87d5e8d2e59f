"""The places of a configuration that a policy can be attached to: a rule, its filters, its parents, a listener.

Readers of resources make them; readers of policies ask them. A place knows where it stands and what it is called, and
not what hangs on it.
"""

from collections.abc import Iterator

from msgspec import Struct

from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.fields import Fields, Text
from crossgate.source import Span


class FilterPlace(Struct, frozen=True, kw_only=True, eq=False):
    """A filter of a rule or of a backendRef: `name` is what users call it, `fields` are read by whoever enforces it."""

    name: str
    type: Text
    fields: Fields


class BackendPlace(Struct, frozen=True, kw_only=True, eq=False):
    """A backendRef, as `HTTPRoute/NAMESPACE/NAME#RULE/backend-N`, with its filters."""

    name: str
    weight: int
    span: Span
    filters: tuple[FilterPlace, ...] = ()


class RulePlace(Struct, frozen=True, kw_only=True, eq=False):
    """A rule of an HTTPRoute, under the rule that delegates to its HTTPRoute, if one does.

    `label` is `HTTPRoute/NAMESPACE/NAME#RULE`; `section` is the rule's `name`, by which a policy can target it.
    `is_forwarding` is false where the gateway answers itself: a redirect, a direct response, no backend.
    """

    route: KubernetesObject
    label: str
    section: Text | None
    span: Span
    filters: tuple[FilterPlace, ...] = ()
    backends: tuple[BackendPlace, ...] = ()
    is_forwarding: bool = True
    parent: "RulePlace | None" = None

    def lineage(self) -> Iterator["RulePlace"]:
        """Yield the rule, the rule that delegates to it, and so on up to the one that attaches to a listener."""
        place: RulePlace | None = self
        while place is not None:
            yield place
            place = place.parent


class ListenerPlace(Struct, frozen=True, kw_only=True, eq=False):
    """A listener of a Gateway; `ends_tls` for one of protocol HTTPS. `added_by` is the ListenerSet that it is from."""

    gateway: KubernetesObject
    added_by: KubernetesObject | None = None
    section: str
    ends_tls: bool
    span: Span

    @property
    def label(self) -> str:
        """The listener as the command line calls it: `NAMESPACE/GATEWAY/LISTENER`, or with a ListenerSet's name."""
        return f"{self.owner.namespace}/{self.owner.name}/{self.section}"

    @property
    def owner(self) -> KubernetesObject:
        """The object in whose manifest it stands."""
        return self.gateway if self.added_by is None else self.added_by
