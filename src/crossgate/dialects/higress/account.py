"""Which policies are at which routes: annotations, match rules and defaults, and what each of them gives there.

It tells what `rules` decides and decides nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from crossgate.dialects.higress.domains import Extent
from crossgate.dialects.higress.hosts import Draft
from crossgate.dialects.higress.places import Decided, Place, Policies
from crossgate.dialects.higress.rules import Rule, Rules
from crossgate.dialects.higress.stack import Plugins
from crossgate.model.attachments import Attachment, Attachments, RouteAttachments, Standing, Unattached


def account(listener: str, drafts: Sequence[Draft], policies: Policies) -> Attachments:
    """Return the account for the routes of a listener."""
    plugins = policies.rules if isinstance(policies, Plugins) else ()
    grouped: dict[tuple[Attachment, ...], list[Draft]] = {}
    met: set[int] = set()
    for draft in drafts:
        grouped.setdefault(tuple(_at(draft, plugins, met)), []).append(draft)
    routes = tuple(
        RouteAttachments(
            listener=listener,
            routes=tuple(draft.route.name for draft in found),
            policies=policies,
            span=found[0].route.span,
        )
        for policies, found in grouped.items()
    )
    unattached = (
        Unattached(policy=rule.decided.policy.name, reason=_why_nowhere(rule), span=rule.decided.policy.span)
        for rules in plugins
        for rule in rules.rules
        if id(rule) not in met and not _means_hosts(rule)
    )
    return Attachments(routes=routes, unattached=tuple(unattached))


def _at(draft: Draft, plugins: Iterable[Rules], met: set[int]) -> Iterator[Attachment]:
    """Yield what is at a route, and note the rules met."""
    if draft.annotated is not None:
        yield _attachment(draft.annotated, "annotations", None)
    for rules in plugins:
        winner: Decided | None = None
        for rule, extent in _meaning(rules, draft):
            met.add(id(rule))
            hosts = _hosts(rule) if extent is Extent.SOME else None
            yield _attachment(rule.decided, _level(rule), winner, hosts)
            winner = rule.decided if winner is None and extent is Extent.ALL else winner
        if rules.default is not None:
            yield _attachment(rules.default, "default", winner)


def _meaning(rules: Rules, draft: Draft) -> Iterator[tuple[Rule, Extent]]:
    """Yield the rules that mean requests of a route; destinations are one choice each."""
    services = draft.services or (None,)
    found: dict[int, list[Extent]] = defaultdict(list)
    known: dict[int, Rule] = {}
    for service in services:
        place = Place(route=draft.known_as, hostname=draft.hostname, service=service)
        for rule, extent in rules.meaning(place):
            known[id(rule)] = rule
            found[id(rule)].append(extent)
    positions = {id(rule): number for number, rule in enumerate(rules.rules)} if len(services) > 1 else {}
    for name in sorted(found, key=lambda name: positions.get(name, 0)):
        is_all = found[name] == [Extent.ALL] * len(services)
        yield known[name], Extent.ALL if is_all else Extent.SOME


def _attachment(decided: Decided, level: str, winner: Decided | None, hosts: str | None = None) -> Attachment:
    reason = hosts if winner is None else f"`{winner.policy.name}` comes first, and nothing is merged"
    return Attachment(
        policy=decided.policy.name,
        level=level,
        standing=Standing.WON if winner is None else Standing.OVERRIDDEN,
        reason=reason,
        span=decided.policy.span,
    )


def _level(rule: Rule) -> str:
    if rule.routes:
        return "rule by ingress and service" if rule.services else "rule by ingress"
    if rule.domains:
        return "rule by domain"
    return "rule by service" if rule.services else "rule by the beginning of a name"


def _hosts(rule: Rule) -> str:
    if not rule.domains:
        return "for some of its destinations"
    return f"for {', '.join(f'`{domain.written}`' for domain in rule.domains)}"


def _means_hosts(rule: Rule) -> bool:
    """Say whether a rule means hosts, of which there are always some: no route has to match there."""
    return any(not domain.is_nobodys for domain in rule.domains)


def _why_nowhere(rule: Rule) -> str:
    if rule.domains:
        return "its domains are no host's"
    listed = ", ".join(f"`{name}`" for name in sorted(rule.routes or rule.services) or rule.beginnings)
    if rule.routes and rule.services:
        services = ", ".join(f"`{name}`" for name in sorted(rule.services))
        return f"no Ingress called {listed} goes to {services}"
    if rule.routes:
        return f"no Ingress is called {listed}"
    return f"no route goes to {listed}" if rule.services else f"no Ingress has a name that begins with {listed}"
