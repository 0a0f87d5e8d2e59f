"""What a route sends on: which clusters get how many of its requests, and what is edited on the way there and back.

Where a route or a backend edits headers, both their edits are made for the backend: Envoy makes those before the edits
of the route, which are the rows'. Knows no table.
"""

from collections.abc import Sequence
from typing import Final

from crossgate.envoy.clusters import cluster_name
from crossgate.envoy.durations import seconds
from crossgate.envoy.edits import variants
from crossgate.envoy.matchers import Json
from crossgate.envoy.redirects import regex_rewrite
from crossgate.model.edits import Edit
from crossgate.model.plain_edits import one_after_another, yielding
from crossgate.model.routes import Forward, Target, WeightedBackend

_MISSING: Final = "no such backend"
"""The name of no cluster."""


def forward(wanted: Forward, response_edits: Sequence[Edit] = (), row_edits: Sequence[Edit] = ()) -> Json:
    """Return the action of a route; `response_edits` are the route's, and give way to those of a table's row."""
    shares = [share for share in wanted.backends if share.weight]
    made = [_share(share, wanted, yielding(_on_responses(share, response_edits), row_edits)) for share in shares]
    route: Json = {}
    if len(made) == 1 and made[0].keys() == {"name", "weight"}:
        route["cluster"] = made[0]["name"]
    else:
        route["weighted_clusters"] = {"clusters": made}
    if is_partly_missing(wanted):
        route["cluster_not_found_response_code"] = "INTERNAL_SERVER_ERROR"
    if wanted.host_rewrite is not None:
        route["host_rewrite_literal"] = wanted.host_rewrite
    if wanted.path_rewrite is not None:
        route["regex_rewrite"] = regex_rewrite(wanted.path_rewrite)
    route["timeout"] = seconds(wanted.timeout or 0)
    if wanted.idle_timeout is not None:
        route["idle_timeout"] = seconds(wanted.idle_timeout)
    if wanted.retries:
        route["retry_policy"] = {"retry_on": "connect-failure", "num_retries": wanted.retries}
    route["upgrade_configs"] = [{"upgrade_type": "websocket"}]
    return route


def is_partly_missing(target: Target) -> bool:
    """Say whether a share of the requests goes to a backend that does not exist."""
    return isinstance(target, Forward) and any(share.backend is None and share.weight for share in target.backends)


def _on_responses(share: WeightedBackend, response_edits: Sequence[Edit]) -> tuple[Edit, ...]:
    return one_after_another(share.response_edits, response_edits)


def _share(share: WeightedBackend, forward: Forward, response_edits: Sequence[Edit]) -> Json:
    return {
        "name": _MISSING if share.backend is None else cluster_name(share.backend),
        "weight": share.weight,
        **({} if share.host_rewrite is None else {"host_rewrite_literal": share.host_rewrite}),
        **edit_fields("request", one_after_another(forward.request_edits, share.request_edits)),
        **edit_fields("response", response_edits),
    }


def edit_fields(of: str, edits: Sequence[Edit]) -> Json:
    """Return plain edits as the fields of a route or of a share, `of` requests or responses."""
    (variant,) = variants(edits, ())
    fields = {"headers_to_add": list(variant.add), "headers_to_remove": list(variant.remove)}
    return {f"{of}_{key}": value for key, value in fields.items() if value}
