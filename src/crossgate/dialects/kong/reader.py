"""The Kong dialect: a declarative file becomes the gateway's listeners."""

import os

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import Documents
from crossgate.dialects.fields import Fields
from crossgate.dialects.kong.account import account
from crossgate.dialects.kong.deck import substituted_mapping
from crossgate.dialects.kong.entities import FORMATS, Entities, EntityReader
from crossgate.dialects.kong.names import NAME, Flavour
from crossgate.dialects.kong.placing import Placer
from crossgate.dialects.kong.plugins import read_plugins
from crossgate.dialects.kong.routes import ReadRoute, RouteReader
from crossgate.dialects.kong.scalars import typed_mapping
from crossgate.dialects.kong.services import read_service
from crossgate.dialects.kong.serving import served
from crossgate.dialects.kong.upstreams import Upstream, read_upstream
from crossgate.dialects.nodes import MappingNode
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.reading import Reading


def read(documents: Documents, options: ReadOptions, report: Diagnostics) -> Reading:
    """Read a declarative file into the gateway's listeners."""
    if not documents.declarative:
        return Reading()
    if len(documents.declarative) > 1:
        second = documents.declarative[1]
        message = "a gateway has one declarative file, and this is another"
        report.error("file-repeated", message, second.key_span("_format_version"), "name one of them, or merge them")
        return Reading()
    node = substituted_mapping(typed_mapping(documents.declarative[0]), os.environ, report)
    entities = EntityReader(node, report).read()
    if entities is None:
        return Reading()
    flavour = Flavour(options.routers.get(NAME, Flavour.COMPATIBLE))
    return _served(entities, node, flavour, report, emulates=NAME in options.emulate)


def _served(entities: Entities, node: MappingNode, flavour: Flavour, report: Diagnostics, *, emulates: bool) -> Reading:
    plugins = read_plugins(entities, report, emulates=emulates)
    routes = _routes(entities, flavour, report)
    span = node.key_span("_format_version")
    made = served(entities, routes, Placer(plugins, flavour), span, report)
    attachments = account(entities, (route.entity for route in routes), plugins, [item.name for item in made])
    return Reading(listeners=made, attachments=attachments)


def _routes(entities: Entities, flavour: Flavour, report: Diagnostics) -> list[ReadRoute]:
    upstreams = _upstreams(entities, report)
    services = {key: read_service(entity.fields, upstreams, report) for key, entity in entities.services.items()}
    reader = RouteReader(services, flavour, report, marks_regexes=entities.format == FORMATS[-1])
    read_ones = (reader.read(entity, position) for position, entity in enumerate(entities.routes))
    return [route for route in read_ones if route is not None]


def _upstreams(entities: Entities, report: Diagnostics) -> dict[str, Upstream]:
    """Return the upstreams by name, which is what services call them by."""
    targets: dict[str | None, list[Fields]] = {}
    for target in entities.targets:
        targets.setdefault(target.upstream, []).append(target.fields)
    return {
        entity.name: read_upstream(entity.fields, targets.get(entity.id, ()), report)
        for entity in entities.upstreams.values()
        if entity.name is not None
    }
