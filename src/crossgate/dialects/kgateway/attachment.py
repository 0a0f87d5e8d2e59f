"""Which policy a rule has on a listener, and the table that comes of it.

The reader of routes calls `check` once for each rule, attached or not, then `on` for each listener that the rule is
served on, and `failure` for each listener, then `finish`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import Documents
from crossgate.dialects.kgateway.behaviour import DOCUMENTS, table
from crossgate.dialects.kgateway.cors import read_cors
from crossgate.dialects.kgateway.names import POLICY_GROUPS, POLICY_KINDS
from crossgate.dialects.kgateway.places import FilterPlace, ListenerPlace, RulePlace
from crossgate.dialects.kgateway.policies import read_policy
from crossgate.dialects.options import ReadOptions
from crossgate.model.policy import Policy
from crossgate.model.table import Table

__all__ = ["NOTHING", "Attached", "Attachments", "Failure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """What hangs on a rule on a listener; `fails`: its policy cannot be used, and the rule is answered 500."""

    policy: Policy | None = None
    table: Table | None = None
    fails: bool = False


NOTHING: Final = Attached()


class Failure(Enum):
    """What of a listener is answered 500 since a policy on it, or on its Gateway, cannot be used."""

    NOTHING = "nothing"
    HOSTS = "the hosts that it has routes for"
    EVERYTHING = "every host"


class Attachments:
    """The policies of all files, and the places that they are attached to."""

    def __init__(self, documents: Documents, options: ReadOptions, report: Diagnostics) -> None:
        self._options = options
        self._documents = options.documents.get("kgateway", DOCUMENTS[0])
        self._report = report
        self._policies = {
            (policy.namespace, policy.name): read_policy(policy, options, report)
            for group in POLICY_GROUPS
            for policy in documents.of(group, *POLICY_KINDS)
        }
        self._read: dict[RulePlace, Attached] = {}

    def check(self, rule: RulePlace) -> None:
        """Read the filters of a rule and of its backends that carry a policy, and report what is wrong with them."""
        self._of(rule)

    def on(self, rule: RulePlace, listener: ListenerPlace) -> Attached:
        """Return what hangs on a rule on a listener."""
        del listener
        return next((found for place in rule.lineage() if (found := self._of(place)) is not NOTHING), NOTHING)

    def failure(self, listener: ListenerPlace) -> Failure:
        """Say what of a listener is answered 500."""
        del listener
        return Failure.NOTHING

    def finish(self) -> None:
        """Report the policies that are attached to nothing."""

    def _of(self, rule: RulePlace) -> Attached:
        if rule not in self._read:
            policy = self._filters(rule)
            made = None if policy is None else table(policy, self._documents)
            self._read[rule] = NOTHING if policy is None else Attached(policy=policy, table=made)
        return self._read[rule]

    def _filters(self, rule: RulePlace) -> Policy | None:
        """Return the policy of a rule: its CORS filter's, else that of the first `extensionRef`."""
        inline = list(self._inline(rule))
        for repeated in inline[1:]:
            self._report.error("filter-repeated", "CORS filter cannot be repeated", repeated.type.span)
        read = [self._cors(found) for found in inline]
        referenced = [self._extension(rule, found) for found in rule.filters if found.type.value == "ExtensionRef"]
        return next((policy for policy in (*read, *referenced) if policy is not None), None)

    def _inline(self, rule: RulePlace) -> Iterator[FilterPlace]:
        return (found for found in rule.filters if found.type.value == "CORS")

    def _cors(self, place: FilterPlace) -> Policy | None:
        cors = place.fields.mapping("cors")
        if cors is None:
            message = "filter.cors must be specified for CORS filter.type"
            self._report.error("missing-field", message, place.type.span)
            return None
        return read_cors(cors, place.name, place.fields.span, self._options, self._report)

    def _extension(self, rule: RulePlace, place: FilterPlace) -> Policy | None:
        reference = place.fields.mapping("extensionRef", required=True)
        if reference is None:
            return None
        group, kind = reference.string("group", required=True), reference.string("kind", required=True)
        name = reference.string("name", required=True)
        reference.finish()
        if group is None or kind is None or name is None:
            return None
        if group.value not in POLICY_GROUPS or kind.value not in POLICY_KINDS:
            message = f"`{kind.value}` of `{group.value}` is not an extension that is enforced"
            self._report.error("not-supported", message, kind.span, f"only {' and '.join(POLICY_KINDS)} are")
            return None
        key = (rule.route.namespace, name.value)
        if key not in self._policies:
            self._report.error(
                "reference-missing",
                f"`{kind.value}/{rule.route.namespace}/{name.value}` is not among the files",
                name.span,
                "an `extensionRef` names a policy in the route's own namespace",
            )
        return self._policies.get(key)
