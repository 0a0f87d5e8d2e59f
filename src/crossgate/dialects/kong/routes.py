"""Routes: an entity of the file as what it matches, which protocols it allows, and the service behind it."""

from collections.abc import Mapping

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.kong.entities import Entity
from crossgate.dialects.kong.names import Flavour
from crossgate.dialects.kong.protocols import Protocols, read_protocols
from crossgate.dialects.kong.router import Criteria, read_criteria
from crossgate.dialects.kong.services import Service


class ReadRoute(Struct, frozen=True, kw_only=True):
    """A route as it was read, before it is known where it is served."""

    entity: Entity
    service: Service | None
    criteria: Criteria
    protocols: Protocols
    keeps_host: bool


class RouteReader:
    """Reads the routes of one gateway."""

    def __init__(
        self, services: Mapping[str, Service | None], flavour: Flavour, report: Diagnostics, *, marks_regexes: bool
    ) -> None:
        self._services = services
        self._flavour = flavour
        self._report = report
        self._marks_regexes = marks_regexes

    def read(self, entity: Entity, position: int) -> ReadRoute | None:
        """Read a route; None for one that is not served, for its service is disabled or it is not of HTTP."""
        fields, report = entity.fields, self._report
        service = None if entity.service is None else self._services.get(entity.service)
        keeps_host, protocols = fields.boolean("preserve_host"), read_protocols(fields, report)
        if fields.has("expression"):
            message = "routes by `expression` are not followed"
            hint = "write what it matches as `hosts`, `paths`, `methods`, `headers` and `snis`"
            report.error("not-supported", message, fields.key_span("expression"), hint)
        criteria = None
        if protocols is not None and not fields.has("expression"):
            criteria = read_criteria(
                fields, self._flavour, report, position=position, marks_regexes=self._marks_regexes
            )
        fields.ignore(*("hosts", "paths", "methods", "headers", "snis", "strip_path", "regex_priority"))
        fields.ignore(*("path_handling", "created_at", "updated_at", "sources", "destinations", "tags", "priority"))
        fields.ignore("request_buffering", "response_buffering")
        fields.finish()
        is_served = service is None or service.enabled
        if criteria is None or protocols is None or not is_served:
            return None
        return ReadRoute(
            entity=entity,
            service=service,
            criteria=criteria,
            protocols=protocols,
            keeps_host=keeps_host is not None and keeps_host.value,
        )
