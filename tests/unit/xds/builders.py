"""Snapshots in few words: what a resource holds doesn't matter to those who deliver it."""

from collections.abc import Mapping

from crossgate.xds.snapshot import Resource, Snapshot
from crossgate.xds.type_urls import CLUSTER, ENDPOINT, LISTENER, ROUTE

Content = Mapping[str, Mapping[str, str]]
"""Type URL → name → version."""


def snapshot_of(
    *,
    clusters: Mapping[str, str] | None = None,
    endpoints: Mapping[str, str] | None = None,
    listeners: Mapping[str, str] | None = None,
    routes: Mapping[str, str] | None = None,
    claims: Mapping[str, str] | None = None,
) -> Snapshot:
    """Make a snapshot of name → version; `claims` says which address a listener takes."""
    content: Content = {
        CLUSTER: clusters or {},
        ENDPOINT: endpoints or {},
        LISTENER: listeners or {},
        ROUTE: routes or {},
    }
    return Snapshot(
        version=repr(content),
        resources={
            type_url: {
                name: Resource(type_url=type_url, name=name, version=version, body=b"", claim=(claims or {}).get(name))
                for name, version in items.items()
            }
            for type_url, items in content.items()
        },
        required={type_url: frozenset(items) for type_url, items in content.items()},
        encoded={},
    )


def content_of(snapshot: Snapshot) -> dict[str, dict[str, str]]:
    return {
        type_url: {name: resource.version for name, resource in items.items()}
        for type_url, items in snapshot.resources.items()
    }
