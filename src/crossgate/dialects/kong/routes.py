"""Routes: an entity of the file becomes the routes of the model, with the policy that is in force there."""

from collections.abc import Mapping
from dataclasses import replace

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields
from crossgate.dialects.kong.answers import NO_SERVICE
from crossgate.dialects.kong.behaviour import table
from crossgate.dialects.kong.entities import Entity
from crossgate.dialects.kong.plugins import Instance, Scope, in_force
from crossgate.dialects.kong.router import Matched, read_matches
from crossgate.dialects.kong.services import Service
from crossgate.model.routes import Forward, Route, Target, WeightedBackend


def read_routes(
    entity: Entity,
    services: Mapping[str, Service | None],
    plugins: Mapping[Scope, Instance],
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
    instance = in_force(entity, plugins)
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
        return NO_SERVICE
    return Forward(
        backends=(WeightedBackend(backend=service.backend),),
        host_rewrite=None if keeps_host else service.host,
        path_rewrite=matched.rewrite,
    )


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
