"""What the filters of a rule and of its backendRefs say of CORS, and which TrafficPolicies they name.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#httproutefilter. What the API server takes and the gateway
cannot use makes the rule fail, and it alone.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from crossgate.diagnostics import Contained, Diagnostics
from crossgate.dialects.kgateway.candidates import Candidate, Level, Share
from crossgate.dialects.kgateway.cors import read_cors
from crossgate.dialects.kgateway.emulation import check_emulated
from crossgate.dialects.kgateway.names import POLICY_GROUPS, POLICY_KINDS
from crossgate.dialects.kgateway.places import BackendPlace, FilterPlace, RulePlace
from crossgate.dialects.kgateway.policies import TrafficPolicy
from crossgate.dialects.kgateway.said import Said
from crossgate.dialects.options import ReadOptions

Policies = Mapping[tuple[str, str, str], TrafficPolicy]
"""The TrafficPolicies by kind, namespace and name."""

_CORS: Final = "CORS"
_EXTENSION: Final = "ExtensionRef"


class FilterReader:
    """Reads each filter once, however many routes its rule becomes."""

    def __init__(self, policies: Policies, options: ReadOptions, report: Diagnostics) -> None:
        self._policies = policies
        self._options = options
        self._report = report
        self._read: dict[FilterPlace, Said | None] = {}
        self._named: dict[FilterPlace, Candidate | None] = {}

    def inline(self, filters: Sequence[FilterPlace]) -> Said | None:
        """Return what the CORS filter among some filters says."""
        found = [place for place in filters if place.type.value == _CORS]
        for repeated in found[1:]:
            self._report.error("filter-repeated", "CORS filter cannot be repeated", repeated.type.span)
        return next((said for said in [self._said(place) for place in found] if said is not None), None)

    def extensions(self, rule: RulePlace) -> tuple[Candidate, ...]:
        """Return the TrafficPolicies that a rule's filters name: the oldest first, else in their order."""
        places = [place for place in rule.filters if place.type.value == _EXTENSION]
        found = [candidate for place in places if (candidate := self._extension(rule, place)) is not None]
        if "kgateway" in self._options.emulate:
            return tuple(found)
        return tuple(sorted(found, key=_age))

    def share(self, backend: BackendPlace) -> Share:
        """Return what the filters of a backend say."""
        for place in (place for place in backend.filters if place.type.value == _EXTENSION):
            place.fields.ignore("extensionRef")
            message = "a policy cannot be attached to a backendRef"
            self._report.warning("policy-not-attached", message, place.type.span, "write a CORS filter in its place")
        return Share(name=backend.name, span=backend.span, said=self.inline(backend.filters))

    def _said(self, place: FilterPlace) -> Said | None:
        if place not in self._read:
            self._read[place] = self._cors(place)
        return self._read[place]

    def _cors(self, place: FilterPlace) -> Said | None:
        cors = place.fields.mapping("cors")
        if cors is None:
            message = "filter.cors must be specified for CORS filter.type"
            self._report.error("missing-field", message, place.type.span)
            return None
        policy = read_cors(cors, place.name, place.fields.span, self._options, self._report)
        part = Contained(self._report)
        if "kgateway" in self._options.emulate:
            check_emulated(policy, self._options.emulate["kgateway"], part)
        return Said(name=place.name, span=place.fields.span, policy=policy, fails=part.has_errors)

    def _extension(self, rule: RulePlace, place: FilterPlace) -> Candidate | None:
        if place not in self._named:
            self._named[place] = self._candidate(rule, place)
        return self._named[place]

    def _candidate(self, rule: RulePlace, place: FilterPlace) -> Candidate | None:
        """Return the policy that an `extensionRef` names; one that is not there fails."""
        reference = place.fields.mapping("extensionRef", required=True)
        if reference is None:
            return None
        group, kind = reference.string("group", required=True), reference.string("kind", required=True)
        name = reference.string("name", required=True)
        reference.finish()
        if group is None or kind is None or name is None:
            return None
        part = Contained(self._report)
        if group.value not in POLICY_GROUPS or kind.value not in POLICY_KINDS:
            message = f"`{kind.value}` of `{group.value}` is not an extension that is enforced"
            part.error("not-supported", message, kind.span, f"only {' and '.join(POLICY_KINDS)} are")
            return _failing(place)
        key = (kind.value, rule.route.namespace, name.value)
        policy = self._policies.get(key)
        if policy is not None:
            return Candidate(said=policy.said, level=Level.EXTENSION, order=policy.order, by=place.fields.span)
        message = f"`{'/'.join(key)}` is not among the files"
        hint = "an `extensionRef` names a policy in the route's own namespace; without it the rule is answered 500"
        part.error("reference-missing", message, name.span, hint)
        return _failing(place)


def _age(candidate: Candidate) -> str:
    return "" if candidate.order is None else candidate.order[1]


def _failing(place: FilterPlace) -> Candidate:
    span = place.fields.span
    return Candidate(said=Said(name=place.name, span=span, fails=True), level=Level.EXTENSION, by=span)
