"""Whose policies are preferred where one HTTPRoute delegates to another.

Source: kgateway's pages on route delegation (policy inheritance and overrides). The annotation stands at the parent.
"""

from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.kgateway.versions import Behaviour

PRIORITY: Final = "kgateway.dev/inherited-policy-priority"

_FORMER: Final = "delegation.kgateway.dev/inherited-policy-priority"
_DEFAULT: Final = "ShallowMergePreferChild"
_PREFERRING: Final = frozenset({"ShallowMergePreferParent", "DeepMergePreferParent"})
_KNOWN: Final = frozenset({_DEFAULT, "DeepMergePreferChild", *_PREFERRING})


class Strategies:
    """Reads the annotation of each HTTPRoute that delegates."""

    def __init__(self, behaviour: Behaviour, report: Diagnostics) -> None:
        self._emulates = behaviour.merges
        self._report = report

    def prefers(self, parent: KubernetesObject, *, of_filters: bool) -> bool:
        """Say whether a route's policies go before those of the routes that it delegates to.

        A CORS policy is one field, which is taken whole, so that deep and shallow merges are alike. Releases differ:
        of CORS filters they take the parent's unless the strategy is the default, of policies the child's in every deep
        merge.
        """
        strategy = self._strategy(parent)
        if not self._emulates:
            return strategy in _PREFERRING
        return strategy != _DEFAULT if of_filters else strategy == "ShallowMergePreferParent"

    def _strategy(self, parent: KubernetesObject) -> str:
        former, written = parent.annotations.get(_FORMER), parent.annotations.get(PRIORITY)
        if former is not None and written is None:
            message = f"`{_FORMER}` is not read any more: `{_DEFAULT}` holds"
            self._report.warning("annotation-renamed", message, former.span, f"write `{PRIORITY}: …MergePrefer…`")
        if written is None or written.value in _KNOWN:
            return _DEFAULT if written is None else written.value
        message = f"`{written.value}` is not a way to inherit policies: `{_DEFAULT}` holds"
        self._report.warning("invalid-value", message, written.span, f"one of {', '.join(sorted(_KNOWN))}")
        return _DEFAULT
