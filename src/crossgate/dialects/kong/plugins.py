"""The plugins of a file: which are in force, and at which scope.

Exactly one instance of `cors` runs for a request; nothing is merged. This module does not know what its table says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields
from crossgate.dialects.kong.cors import Switches, read_cors
from crossgate.dialects.kong.entities import Entities, Entity
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A plugin in force at a scope: the policy and what it says beyond it."""

    policy: Policy
    switches: Switches


Scope = tuple[str | None, str | None]
"""Route and service, by id; both None for the whole gateway."""


GLOBAL: Final[Scope] = (None, None)


def read_plugins(entities: Entities, report: Diagnostics) -> dict[Scope, Instance]:
    """Return the CORS plugins by scope; a disabled one is as if it were not there."""
    found: dict[Scope, Instance] = {}
    spans: dict[Scope, Span] = {}
    for plugin in entities.plugins:
        name = plugin.fields.string("name")
        enabled = plugin.fields.boolean("enabled")
        plugin.fields.ignore("config", "protocols", "tags", "ordering", "condition", "run_on")
        if name is not None and name.value == "cors" and plugin.fields.has("consumer"):
            message = "`cors` runs before it is known who the consumer is: value must be null"
            report.error("invalid-value", message, plugin.fields.value_span("consumer"), "remove `consumer`")
        plugin.fields.ignore("consumer")
        plugin.fields.finish()
        if name is None or (enabled is not None and not enabled.value):
            continue
        if name.value != "cors":
            message = f"the plugin `{name.value}` is not enforced: only `cors` is"
            report_unenforced(report, name.value, message, name.span, is_harmless=name.value in _HARMLESS)
            continue
        scope = (plugin.route, plugin.service)
        if scope in found:
            message = f"uniqueness violation: 'plugins' entity with primary key set to '{plugin.id}' already declared"
            report.error("plugin-repeated", message, plugin.span, related=(("the other one", spans[scope]),))
            continue
        spans[scope] = plugin.span
        found[scope] = _instance(plugin, report)
    return found


def _instance(plugin: Entity, report: Diagnostics) -> Instance:
    """Read a plugin's configuration; one without any has every default."""
    config = plugin.fields.mapping("config")
    if config is None:
        empty = MappingNode(entries=(), span=plugin.span)
        config = Fields(empty, report, "the plugin's configuration")
    policy, switches = read_cors(config, f"Plugin/{plugin.name}", report)
    return Instance(policy=policy, switches=switches)


def in_force(entity: Entity, plugins: Mapping[Scope, Instance]) -> Instance | None:
    """Return the one plugin that runs: route and service, else route, else service, else everywhere."""
    scopes: tuple[Scope, ...] = (
        (entity.id, entity.service),
        (entity.id, None),
        (None, entity.service),
        GLOBAL,
    )
    return next((plugins[scope] for scope in scopes if scope in plugins), None)
