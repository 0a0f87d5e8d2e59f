"""The filters of a rule or of a backendRef: those that change what becomes of a request, and the policies handed on.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#httproutefilter. A filter that is not enforced is said.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.kgateway.actions import PathModifier, Redirection
from crossgate.dialects.kgateway.header_filters import read_header_filter
from crossgate.dialects.kgateway.path_filters import read_redirect, read_rewrite
from crossgate.dialects.kgateway.places import FilterPlace
from crossgate.dialects.kgateway.schema import mappings
from crossgate.model.edits import Edit

MOST_FILTERS: Final = 16

TYPES: Final = {
    "RequestHeaderModifier": "requestHeaderModifier",
    "ResponseHeaderModifier": "responseHeaderModifier",
    "RequestMirror": "requestMirror",
    "RequestRedirect": "requestRedirect",
    "URLRewrite": "urlRewrite",
    "ExternalAuth": "externalAuth",
    "ExtensionRef": "extensionRef",
    "CORS": "cors",
}
"""The types of filters, and the field in which each has what it needs."""

_POLICIES: Final = frozenset({"CORS", "ExtensionRef"})
_ONCE: Final = ("RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite")


class Filters(Struct, kw_only=True):
    """What the filters of one place come to."""

    redirect: Redirection | None = None
    rewrites: Text | None = None
    host: str | None = None
    path: PathModifier | None = None
    request_edits: tuple[Edit, ...] = ()
    response_edits: tuple[Edit, ...] = ()
    policies: list[FilterPlace] = field(default_factory=list)
    redirects: Text | None = None


def read_filters(owner: Fields, label: str, report: Diagnostics) -> Filters:
    """Read the filters of a rule or backendRef that users call `label`."""
    found = Filters()
    types: list[Text] = []
    for position, item in enumerate(mappings(owner, "filters", MOST_FILTERS, report)):
        kind = item.string("type", required=True, one_of=tuple(TYPES))
        if kind is None:
            item.ignore(*TYPES.values())
            item.finish()
            continue
        types.append(kind)
        _check_union(item, kind, report)
        if kind.value in _POLICIES:
            found.policies.append(FilterPlace(name=f"{label}/filter-{position}", type=kind, fields=item))
        else:
            _read_one(item, kind, found, report)
            item.finish()
    _check_together(types, report)
    return found


def _read_one(item: Fields, kind: Text, found: Filters, report: Diagnostics) -> None:
    body = item.mapping(TYPES[kind.value])
    if body is None:
        return
    match kind.value:
        case "RequestHeaderModifier":
            found.request_edits = read_header_filter(body, kind.value, report)
        case "ResponseHeaderModifier":
            found.response_edits = read_header_filter(body, kind.value, report)
        case "RequestRedirect":
            found.redirects, found.redirect = kind, read_redirect(body, report)
        case "URLRewrite":
            found.rewrites = kind
            found.host, found.path = read_rewrite(body, report)
        case other:
            if body.has("percent") and body.has("fraction"):
                message = "Only one of percent or fraction may be specified in HTTPRequestMirrorFilter"
                report.error("fields-exclusive", message, body.key_span("fraction"))
            message = f"filters of type `{other}` are not enforced"
            report_unenforced(report, other, message, kind.span, is_harmless=other == "RequestMirror")


def _check_union(item: Fields, kind: Text, report: Diagnostics) -> None:
    """Report a filter without the field of its type, and with that of another one."""
    for name, key in TYPES.items():
        if name in _POLICIES and name == kind.value:
            continue  # whoever reads the policy says so
        if name == kind.value and not item.has(key):
            message = f"filter.{key} must be specified for {name} filter.type"
            report.error("missing-field", message, kind.span)
        elif name != kind.value and item.has(key):
            message = f"filter.{key} must be nil if the filter.type is not {name}"
            report.error("field-not-allowed", message, item.key_span(key))


def _check_together(types: list[Text], report: Diagnostics) -> None:
    """Report filters that may stand only once, and those that exclude each other."""
    for name in _ONCE:
        for repeated in [kind for kind in types if kind.value == name][1:]:
            report.error("filter-repeated", f"{name} filter cannot be repeated", repeated.span)
    kinds = {kind.value: kind for kind in types}
    if "RequestRedirect" in kinds and "URLRewrite" in kinds:
        message = "May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both"
        related = (("the other filter", kinds["RequestRedirect"].span),)
        report.error("filters-exclusive", message, kinds["URLRewrite"].span, None, related)


def finish(places: Iterator[FilterPlace] | list[FilterPlace]) -> None:
    """Report the fields of handed-on filters that nobody has asked for."""
    for place in places:
        place.fields.finish()
