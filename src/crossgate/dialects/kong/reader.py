"""The Kong dialect: declarative files become one listener."""

from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.dialect import Dialect, Reading
from crossgate.dialects.documents import Documents
from crossgate.dialects.kong.answers import NO_ROUTE
from crossgate.dialects.kong.behaviour import DOCUMENTS, unmatched_table
from crossgate.dialects.kong.entities import FORMATS, EntityReader
from crossgate.dialects.kong.plugins import GLOBAL, Instance, read_plugins
from crossgate.dialects.kong.router import Matched
from crossgate.dialects.kong.routes import read_routes
from crossgate.dialects.kong.services import read_service
from crossgate.dialects.options import ReadOptions
from crossgate.model.gateway import Listener, Unmatched, arrange
from crossgate.model.routes import Route
from crossgate.source import Span

_NAME: Final = "kong"
_PORT: Final = 8000
"""Where the gateway's documents have it listen for HTTP."""


def read(documents: Documents, options: ReadOptions, report: Diagnostics) -> Reading:
    """Read declarative files into the gateway's listener."""
    del options
    if not documents.declarative:
        return Reading()
    if len(documents.declarative) > 1:
        second = documents.declarative[1]
        message = "a gateway has one declarative file, and this is another"
        report.error("file-repeated", message, second.key_span("_format_version"), "name one of them, or merge them")
        return Reading()
    node = documents.declarative[0]
    entities = EntityReader(report).read(node)
    if entities is None:
        return Reading()
    plugins = read_plugins(entities, report)
    services = {key: read_service(entity.fields, report) for key, entity in entities.services.items()}
    marks = entities.format == FORMATS[-1]
    pairs = [
        pair
        for entity in entities.routes
        for pair in read_routes(entity, services, plugins, report, marks_regexes=marks)
    ]
    listener = _listener(pairs, plugins.get(GLOBAL), node.key_span("_format_version"))
    return Reading(listeners=(listener,))


def _listener(pairs: list[tuple[Matched, Route]], everywhere: Instance | None, span: Span) -> Listener:
    order = {id(route): (*matched.priority, number) for number, (matched, route) in enumerate(pairs)}
    unmatched = Unmatched(
        answer=NO_ROUTE,
        table=None if everywhere is None else unmatched_table(everywhere.policy, everywhere.switches),
    )
    hosts = arrange(
        [(matched.hostname, route) for matched, route in pairs],
        precedence=lambda _, route: order[id(route)],
        falls_back=True,
        unmatched=lambda _: unmatched,
    )
    return Listener(name=_NAME, port=_PORT, hosts=hosts, unmatched=unmatched, span=span)


DIALECT: Final = Dialect(name=_NAME, kinds=frozenset(), documents=DOCUMENTS, read=read)
