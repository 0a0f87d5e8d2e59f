"""The account of the plugin's scopes: which instance runs at each route, which ones it hides, and which never run.

Exactly one runs, with its whole configuration: the others give nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from crossgate.dialects.kong.entities import CORS_NAME, Entities, Entity
from crossgate.dialects.kong.plugins import GLOBAL, Instance, Scope, scopes_of
from crossgate.model.attachments import Attachment, Attachments, RouteAttachments, Standing, Unattached

_LEVELS: Final = ("route and service", "route", "service", "global")
"""What the scopes are called, in their order of precedence."""


def account(
    entities: Entities, served: Iterable[Entity], plugins: Mapping[Scope, Instance], listeners: Iterable[str]
) -> Attachments:
    """Say what became of each instance of the plugin at the routes that are served."""
    routes = tuple(served)
    return Attachments(
        routes=tuple(
            RouteAttachments(
                listener=listener,
                routes=(f"Route/{route.name or route.id}",),
                policies=tuple(_attachments(route, plugins)),
                span=route.span,
            )
            for listener in listeners
            for route in routes
        ),
        unattached=tuple(_unattached(entities, routes, plugins)),
    )


def _attachments(route: Entity, plugins: Mapping[Scope, Instance]) -> Iterator[Attachment]:
    winner: str | None = None
    scopes = dict(zip(scopes_of(route), _LEVELS, strict=True) if route.service else _without_service(route))
    for scope, level in scopes.items():
        if (instance := plugins.get(scope)) is None:
            continue
        policy = instance.policy
        reason = None if winner is None else f"`{winner}` is more specific, and exactly one runs"
        standing = Standing.WON if winner is None else Standing.OVERRIDDEN
        yield Attachment(policy=policy.name, level=level, standing=standing, reason=reason, span=policy.span)
        winner = winner or policy.name


def _without_service(route: Entity) -> Iterator[tuple[Scope, str]]:
    yield (route.id, None), "route"
    yield GLOBAL, "global"


def _unattached(
    entities: Entities, routes: tuple[Entity, ...], plugins: Mapping[Scope, Instance]
) -> Iterator[Unattached]:
    reached = {scope for route in routes for scope in scopes_of(route)}
    for plugin in entities.plugins:
        name = plugin.fields.string("name")
        if name is None or name.value != CORS_NAME:
            continue
        called, scope = f"Plugin/{plugin.name or plugin.id}", (plugin.route, plugin.service)
        instance = plugins.get(scope)
        if instance is None or instance.policy.name != called:
            yield Unattached(policy=called, reason=_why_it_never_runs(plugin), span=plugin.span)
        elif scope not in reached and scope != GLOBAL:
            yield Unattached(policy=called, reason="no route that is served is in its scope", span=plugin.span)


def _why_it_never_runs(plugin: Entity) -> str:
    if plugin.consumer is not None:
        return f"it stands under `{plugin.consumer}`, and it runs before it is known who the consumer is"
    if plugin.fields.has("protocols") and not plugin.fields.items("protocols"):
        return "it has no protocols"
    return "it is disabled, which is as if it were not there: the next scope counts"
