"""The plugins of a file: which are in force, and at which scope.

Exactly one instance of `cors` runs for a request; nothing is merged. This module does not know what its table says.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields
from crossgate.dialects.kong.cors import Switches, read_cors
from crossgate.dialects.kong.entities import CORS_NAME, Entities, Entity
from crossgate.dialects.nodes import MappingNode
from crossgate.model.policy import Policy
from crossgate.source import Span

_HARMLESS: Final = frozenset(
    {
        *("correlation-id", "datadog", "file-log", "http-log", "kafka-log", "loggly", "opentelemetry", "prometheus"),
        *("proxy-cache", "statsd", "syslog", "tcp-log", "udp-log", "zipkin"),
    }
)
"""The plugins that log, measure, trace or cache: without them nothing is let through that they would stop."""
_ONE: Final = "keep one of them: all spellings of a scope are that scope"


class Instance(Struct, frozen=True, kw_only=True):
    """A plugin in force at a scope: the policy and what it says beyond it."""

    policy: Policy
    switches: Switches


Scope = tuple[str | None, str | None]
"""Route and service, by id; both None for the whole gateway."""


GLOBAL: Final[Scope] = (None, None)


def read_plugins(entities: Entities, report: Diagnostics, *, emulates: bool) -> dict[Scope, Instance]:
    """Return the CORS plugins by scope; one that is disabled is as if it were not there.

    `emulates`: they do what the code of a release does.
    """
    found: dict[Scope, Instance] = {}
    spans: dict[Scope, Span] = {}
    for plugin in entities.plugins:
        name = plugin.fields.string("name")
        if name is None:
            continue
        if name.value != CORS_NAME:
            if _is_enabled(plugin):
                message = f"the plugin `{name.value}` is not enforced: only `cors` is"
                report_unenforced(report, name.value, message, name.span, is_harmless=name.value in _HARMLESS)
            continue
        instance = _instance(plugin, report, emulates=emulates)
        if not _runs(plugin, report):
            continue
        scope = (plugin.route, plugin.service)
        if scope in found:
            message = "two instances of `cors` are in one scope, and nobody knows which one counts"
            report.error("plugin-repeated", message, plugin.span, _ONE, related=(("the other one", spans[scope]),))
            continue
        spans[scope] = plugin.span
        found[scope] = instance
    return found


def _is_enabled(plugin: Entity) -> bool:
    enabled = plugin.fields.boolean("enabled")
    return enabled is None or enabled.value


def _runs(plugin: Entity, report: Diagnostics) -> bool:
    """Say whether an instance of `cors` ever runs, and why not where that is a surprise."""
    fields = plugin.fields
    if plugin.consumer is not None:
        message = f"`cors` under `{plugin.consumer}` never runs: it comes before it is known who the consumer is"
        report.warning("plugin-never-runs", message, plugin.span, "put it under a route, a service or at the top")
        return False
    if fields.has("protocols") and not fields.items("protocols"):
        message = "`cors` without protocols never runs"
        report.warning("plugin-never-runs", message, fields.key_span("protocols"), "leave `protocols` out")
        return False
    if fields.has("condition"):
        message = "the `condition` of a plugin is not followed: it runs for all requests"
        report_unenforced(report, "condition", message, fields.key_span("condition"), is_harmless=False)
    return _is_enabled(plugin)


def _instance(plugin: Entity, report: Diagnostics, *, emulates: bool) -> Instance:
    """Read a plugin's configuration; one without any has every default."""
    config = plugin.fields.mapping("config")
    if config is None:
        empty = MappingNode(entries=(), span=plugin.span)
        config = Fields(empty, report, "the plugin's configuration")
    policy, switches = read_cors(config, f"Plugin/{plugin.name or plugin.id}", report, emulates=emulates)
    return Instance(policy=policy, switches=switches)


def scopes_of(route: Entity) -> tuple[Scope, ...]:
    """Return the scopes that a route is in, that of the highest precedence first; some may be the same."""
    return (route.id, route.service), (route.id, None), (None, route.service), GLOBAL


def in_force(entity: Entity, plugins: Mapping[Scope, Instance]) -> Instance | None:
    """Return the one plugin that runs: route and service, else route, else service, else everywhere."""
    return next((plugins[scope] for scope in scopes_of(entity) if scope in plugins), None)
