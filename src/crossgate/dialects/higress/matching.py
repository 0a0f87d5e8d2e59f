"""The conditions of a match rule as they are written, in a WasmPlugin and in the plugin's own configuration.

Of what a rule names only one kind counts, or routes and services together; what does not count is said.
"""

from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields, Text, Value
from crossgate.dialects.higress.domains import Domain
from crossgate.dialects.higress.lenience import strings
from crossgate.dialects.higress.places import Decided
from crossgate.dialects.higress.rules import Rule
from crossgate.source import Span

_GRPC: Final = "GRPC"


class Named(Struct, frozen=True, kw_only=True):
    """What a rule names, each with its place."""

    routes: tuple[Text, ...]
    domains: tuple[Text, ...]
    services: tuple[Text, ...]
    beginnings: tuple[Text, ...] = ()

    @classmethod
    def of(cls, rule: Fields, *, release: str | None, report: Diagnostics) -> "Named":
        """Read a rule of a WasmPlugin; a release loses the names of Ingresses that have routes of gRPC."""
        routes, domains, services = (tuple(rule.strings(key)) for key in ("ingress", "domain", "service"))
        kind = rule.string("routeType", one_of=("HTTP", _GRPC))
        if kind is not None and kind.value == _GRPC and routes:
            message = "the gateway loses the names in `ingress` of a rule for gRPC, so that the rule means no route"
            report.warning("grpc-rule-lost", message, kind.span, "leave `routeType` out")
            if release is not None:
                routes = tuple(Value(value=_GRPC, span=route.span) for route in routes)
        return cls(routes=routes, domains=domains, services=services)

    @classmethod
    def raw(cls, rule: Fields, report: Diagnostics) -> "Named":
        """Read a rule of the plugin's own configuration."""
        keys = ("_match_route_", "_match_domain_", "_match_service_", "_match_route_prefix_")
        found = [
            tuple(Value(value=item.value, span=item.span or rule.span) for item in strings(rule, key, report))
            for key in keys
        ]
        if rule.has("_match_consumer_"):
            message = "rules by consumer are not followed"
            report.error("not-supported", message, rule.key_span("_match_consumer_"))
        blank = tuple(Value(value="", span=node.span) for node in rule.items(keys[1])) if not found[1] else ()
        return cls(routes=found[0], domains=found[1] or blank, services=found[2], beginnings=found[3])


def rule_of(
    named: Named,
    decided: Decided,
    span: Span,
    is_exact: bool,  # noqa: FBT001 - what a release does with letter case
    report: Diagnostics,
) -> Rule | None:
    """Return the rule of what is named; None, and an error, where nothing is."""
    routes = frozenset(route.value for route in named.routes if route.value)
    services = frozenset(service.value for service in named.services if service.value)
    beginnings = tuple(beginning.value for beginning in named.beginnings if beginning.value)
    if routes:
        _warn_of_unread(named.domains, "domain", "ingress", report)
        return Rule(decided=decided, routes=routes, services=services)
    if named.domains:
        _warn_of_unread(named.services, "service", "domain", report)
        domains = tuple(
            Domain(written=domain.value, folds_case=not is_exact, span=domain.span) for domain in named.domains
        )
        _warn_of_nobodys(domains, report)
        return Rule(decided=decided, domains=domains)
    if services or beginnings:
        return Rule(decided=decided, services=services, beginnings=() if services else beginnings)
    message = "a rule without a match condition names nothing that it would apply to"
    report.error("rule-without-match", message, span, "add `ingress:` with the names of Ingresses")
    return None


def _warn_of_unread(found: tuple[Text, ...], key: str, beside: str, report: Diagnostics) -> None:
    if found:
        message = f"`{key}` does not count in a rule with `{beside}`"
        report.warning("ignored-condition", message, found[0].span, "write a rule for each")


def _warn_of_nobodys(domains: tuple[Domain, ...], report: Diagnostics) -> None:
    for domain in domains:
        if domain.is_nobodys:
            report.warning(
                "domain-matches-nothing",
                f"`{domain.written}` means no host: a `*` stands at one end, and ports are taken off hosts first",
                domain.span,
                "write a host without its port, `*.example.com` or `www.*`",
            )
