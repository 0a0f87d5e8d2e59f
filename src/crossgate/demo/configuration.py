"""The demonstration's configuration: the documents' examples to the letter, and beside them what admits its page.

A browser names the origin of a page itself, so the documents' policies, for `https://example.com/` and the like, admit
no page on this machine. Three files more, under the same listeners but for the host `localhost`, have policies that do.
"""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from crossgate.demo.gateways import GATEWAYS, PAGE_FILES
from crossgate.diagnostics import Diagnostics, Severity
from crossgate.dialects.files import read_sources
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.model.gateway import GatewayConfig, Listener
from crossgate.model.resolve import backend_names, with_endpoints
from crossgate.model.routes import Endpoint
from crossgate.records import replace
from crossgate.source import Source

WRITTEN_ORIGIN: Final = "http://localhost:8088"
"""The origin of the page in the files."""


def watched(examples: Path) -> list[Path]:
    """Return what the configuration is made of."""
    return [*(examples / gateway.documents for gateway in GATEWAYS), examples / PAGE_FILES]


def read_examples(examples: Path, origin: str, upstream: Endpoint, report: Diagnostics) -> GatewayConfig | None:
    """Read the examples for a page of this origin, all backends being one upstream; None where there were errors.

    Of the page's files only errors are reported: what else could be said of them is what they are there to show.
    """
    documents = read_sources([str(examples / gateway.documents) for gateway in GATEWAYS], io.StringIO(), report)
    pages = read_sources([str(examples / PAGE_FILES)], io.StringIO(), report)
    # Each reading by itself: a gateway has one declarative file, and one CORS plugin.
    theirs = read(documents, ReadOptions(), report)
    apart = Diagnostics()
    ours = read(_with_origin(pages, origin, after=len(documents)), ReadOptions(), apart)
    for found in apart:
        if found.severity is Severity.ERROR:
            report.add(found)
    if theirs is None or ours is None:
        return None
    joined = _joined(theirs, ours, report)
    return None if joined is None else with_endpoints(joined, dict.fromkeys(backend_names(joined), (upstream,)))


def _with_origin(sources: Iterable[Source], origin: str, *, after: int) -> list[Source]:
    """Return the files with the page's real origin in them, for its port may have been taken."""
    return [
        replace(source, text=source.text.replace(WRITTEN_ORIGIN, origin), index=source.index + after)
        for source in sources
    ]


def _joined(theirs: GatewayConfig, ours: GatewayConfig, report: Diagnostics) -> GatewayConfig | None:
    """Return one configuration whose listeners have the hosts of both; None where both have a host."""
    added = {listener.name: listener for listener in ours.listeners}
    taken = [
        (listener, host)
        for listener in theirs.listeners
        for host in listener.hosts
        if listener.name in added and host.hostname in {other.hostname for other in added[listener.name].hosts}
    ]
    for listener, host in taken:
        message = f"the page's files and the documents' both answer for host `{host.hostname.pattern}`"
        report.error("listener-conflict", message, listener.span)
    if taken:
        return None
    return GatewayConfig(
        listeners=tuple(_with_hosts(listener, added.get(listener.name)) for listener in theirs.listeners)
    )


def _with_hosts(listener: Listener, other: Listener | None) -> Listener:
    return listener if other is None else replace(listener, hosts=(*listener.hosts, *other.hosts))
