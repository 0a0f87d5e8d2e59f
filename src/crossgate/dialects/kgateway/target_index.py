"""Which TrafficPolicies are at an object or a section of it, found without going through all of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.kgateway.policies import TrafficPolicy
from crossgate.dialects.kgateway.targets import Selector
from crossgate.source import Span

Placed = tuple[TrafficPolicy, Span]
"""A policy, and the reference or selector that attaches it."""

_Place = tuple[str, str | None, str | None]
"""Kind, namespace (None: any) and section."""


class TargetIndex:
    """The policies by what they name, and by the rarest of the labels that they select by.

    Selectors of policies in `everywhere`, a namespace, hold for objects of all namespaces.
    """

    def __init__(self, policies: Iterable[TrafficPolicy], everywhere: str | None = None) -> None:
        self._named: defaultdict[tuple[str, str, str, str | None], list[Placed]] = defaultdict(list)
        self._selected: defaultdict[_Place, defaultdict[tuple[str, str], list[tuple[TrafficPolicy, Selector]]]]
        self._selected = defaultdict(lambda: defaultdict(list))
        policies = tuple(policies)
        counts = Counter(label for policy in policies for selector in policy.selectors for label in selector.labels)
        for policy in policies:
            own = policy.source.namespace
            for target in policy.targets:
                self._named[target.kind, own, target.name, target.section].append((policy, target.span))
            for selector in policy.selectors:
                if selector.labels:
                    rarest = min(selector.labels, key=lambda label: (counts[label], label))
                    place = (selector.kind, None if own == everywhere else own, selector.section)
                    self._selected[place][rarest].append((policy, selector))

    def at(self, found: KubernetesObject, section: str | None) -> tuple[Placed, ...]:
        """Return the policies at an object (`section` None) or at a section of it, in their order."""
        named = self._named.get((found.kind, found.namespace, found.name, section), ())
        pairs = {id(policy): (policy, span) for policy, span in (*named, *self._selecting(found, section))}
        return tuple(sorted(pairs.values(), key=lambda pair: pair[0].order))

    def _selecting(self, found: KubernetesObject, section: str | None) -> Iterator[Placed]:
        labels = {(name, value.value) for name, value in found.labels.items()}
        for namespace in (found.namespace, None):
            by_label = self._selected.get((found.kind, namespace, section))
            if by_label is None:
                continue
            for label in sorted(labels):
                for policy, selector in by_label.get(label, ()):
                    if selector.labels <= labels:
                        yield policy, selector.span
