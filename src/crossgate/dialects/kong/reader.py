"""The Kong dialect: declarative files become one listener."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.dialect import Dialect
from crossgate.dialects.documents import Documents
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields
from crossgate.dialects.kong.behaviour import DOCUMENTS, table, unmatched_table
from crossgate.dialects.kong.cors import Switches, read_cors
from crossgate.dialects.kong.entities import FORMATS, Entities, Entity, EntityReader
from crossgate.dialects.kong.router import Matched, read_matches
from crossgate.dialects.kong.services import Service, read_service
from crossgate.dialects.nodes import MappingNode
from crossgate.dialects.options import ReadOptions
from crossgate.model.gateway import Listener, Unmatched, arrange
from crossgate.model.policy import Policy
from crossgate.model.routes import Forward, Route, Target, WeightedBackend
from crossgate.model.table import Respond
from crossgate.source import Span

_NAME: Final = "kong"
_PORT: Final = 8000
"""Where the gateway's documents have it listen for HTTP."""
_HARMLESS: Final = frozenset(
    {
        *("correlation-id", "datadog", "file-log", "http-log", "kafka-log", "loggly", "opentelemetry", "prometheus"),
        *("proxy-cache", "statsd", "syslog", "tcp-log", "udp-log", "zipkin"),
    }
)
"""The plugins that log, measure, trace or cache: without them nothing is let through that they would stop."""


def _error(status: int, message: str) -> Respond:
    """Return the gateway's own error, without the id of the request that the gateway puts beside the message."""
    return Respond(
        status=status, body=f'{{\n  "message":"{message}"\n}}', content_type="application/json; charset=utf-8"
    )


_NO_ROUTE: Final = _error(404, "no Route matched with those values")
_NO_SERVICE: Final = _error(503, "no Service found with those values")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Instance:
    """A plugin in force at a scope: the policy and what it says beyond it."""

    policy: Policy
    switches: Switches


Scope = tuple[str | None, str | None]
"""Route and service, by id; both None for the whole gateway."""


def read(documents: Documents, options: ReadOptions, report: Diagnostics) -> tuple[Listener, ...]:
    """Read declarative files into the gateway's listener."""
    del options
    if not documents.declarative:
        return ()
    if len(documents.declarative) > 1:
        second = documents.declarative[1]
        message = "a gateway has one declarative file, and this is another"
        report.error("file-repeated", message, second.key_span("_format_version"), "name one of them, or merge them")
        return ()
    node = documents.declarative[0]
    entities = EntityReader(report).read(node)
    if entities is None:
        return ()
    plugins = _plugins(entities, report)
    services = {key: read_service(entity.fields, report) for key, entity in entities.services.items()}
    marks = entities.format == FORMATS[-1]
    pairs = [
        pair for entity in entities.routes for pair in _routes(entity, services, plugins, report, marks_regexes=marks)
    ]
    return (_listener(pairs, plugins.get((None, None)), node.key_span("_format_version")),)


def _listener(pairs: list[tuple[Matched, Route]], everywhere: _Instance | None, span: Span) -> Listener:
    order = {id(route): (*matched.priority, number) for number, (matched, route) in enumerate(pairs)}
    unmatched = Unmatched(
        answer=_NO_ROUTE,
        table=None if everywhere is None else unmatched_table(everywhere.policy, everywhere.switches),
    )
    hosts = arrange(
        [(matched.hostname, route) for matched, route in pairs],
        precedence=lambda _, route: order[id(route)],
        falls_back=True,
        unmatched=lambda _: unmatched,
    )
    return Listener(name=_NAME, port=_PORT, hosts=hosts, unmatched=unmatched, span=span)


def _plugins(entities: Entities, report: Diagnostics) -> dict[Scope, _Instance]:
    """Return the CORS plugins by scope; a disabled one is as if it were not there."""
    found: dict[Scope, _Instance] = {}
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


def _instance(plugin: Entity, report: Diagnostics) -> _Instance:
    """Read a plugin's configuration; one without any has every default."""
    config = plugin.fields.mapping("config")
    if config is None:
        empty = MappingNode(entries=(), span=plugin.span)
        config = Fields(empty, report, "the plugin's configuration")
    policy, switches = read_cors(config, f"Plugin/{plugin.name}", report)
    return _Instance(policy=policy, switches=switches)


def _routes(
    entity: Entity,
    services: Mapping[str, Service | None],
    plugins: Mapping[Scope, _Instance],
    report: Diagnostics,
    *,
    marks_regexes: bool,
) -> list[tuple[Matched, Route]]:
    """Return the routes of an entity, one for each way in which it matches; none where its service is disabled."""
    service = None if entity.service is None else services.get(entity.service)
    route = entity.fields
    preserve = route.boolean("preserve_host")
    matches = read_matches(route, "" if service is None else service.path, report, marks_regexes=marks_regexes)
    _say_what_is_not_followed(route, report)
    if service is not None and not service.enabled:
        return []
    instance = _in_force(entity, plugins)
    decisions = None if instance is None else table(instance.policy, instance.switches)
    made = []
    for matched in matches:
        target = _target(service, matched, keeps_host=preserve is not None and preserve.value)
        made.append(
            (
                replace(matched, priority=(*matched.priority, *_larger_first(entity.id))),
                Route(
                    name=f"Route/{entity.name or entity.id}",
                    match=matched.match,
                    target=target,
                    policy=None if instance is None else instance.policy,
                    table=decisions,
                    span=entity.span,
                ),
            )
        )
    return made


def _larger_first(route_id: str) -> tuple[int, ...]:
    """Return a key by which, of two routes of one priority, that with the larger id comes first."""
    return tuple(-ord(character) for character in route_id.lower())


def _target(service: Service | None, matched: Matched, *, keeps_host: bool) -> Target:
    if service is None:
        return _NO_SERVICE
    return Forward(
        backends=(WeightedBackend(backend=service.backend),),
        host_rewrite=None if keeps_host else service.host,
        path_rewrite=matched.rewrite,
    )


def _in_force(entity: Entity, plugins: Mapping[Scope, _Instance]) -> _Instance | None:
    """Return the one plugin that runs: route and service, else route, else service, else everywhere."""
    scopes: tuple[Scope, ...] = (
        (entity.id, entity.service),
        (entity.id, None),
        (None, entity.service),
        (None, None),
    )
    return next((plugins[scope] for scope in scopes if scope in plugins), None)


def _say_what_is_not_followed(route: Fields, report: Diagnostics) -> None:
    protocols = route.strings("protocols")
    if protocols and "http" not in {text.value for text in protocols}:
        report.error("not-supported", "routes without the protocol `http` are not served yet", protocols[0].span)
    for key in ("snis", "sources", "destinations", "expression"):
        if route.has(key):
            report.error("not-supported", f"`{key}` of a route are not followed yet", route.key_span(key))
    handling = route.string("path_handling", one_of=("v0", "v1"))
    if handling is not None and handling.value == "v1":
        report.error("not-supported", "`path_handling: v1` is not followed yet", handling.span)
    route.ignore("https_redirect_status_code", "request_buffering", "response_buffering", "tags", "created_at")
    route.finish()


DIALECT: Final = Dialect(name=_NAME, kinds=frozenset(), documents=DOCUMENTS, read=read)
