"""All files of all dialects become one configuration."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.dialect import Dialect
from crossgate.dialects.documents import Documents, classify
from crossgate.dialects.enforcement import hand_on, report_unenforced
from crossgate.dialects.files import read_sources
from crossgate.dialects.known import DIALECTS
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.preflights import warn_of_missed_preflights
from crossgate.dialects.reading import Reading
from crossgate.dialects.wire import check_wire
from crossgate.dialects.yaml import read_documents
from crossgate.model.attachments import NO_ATTACHMENTS
from crossgate.model.gateway import GatewayConfig, Listener
from crossgate.model.hosts import Hostname
from crossgate.records import replace
from crossgate.source import Source

if TYPE_CHECKING:
    from crossgate.dialects.rereading import Rereader


def read_paths(
    paths: Sequence[str],
    stdin: TextIO,
    options: ReadOptions,
    report: Diagnostics,
    rereader: "Rereader | None" = None,
) -> GatewayConfig | None:
    """Read files, folders and `-`; None where an error was reported. `rereader` remembers the time before."""
    return read(read_sources(paths, stdin, report), options, report, rereader)


def read(
    sources: Iterable[Source], options: ReadOptions, report: Diagnostics, rereader: "Rereader | None" = None
) -> GatewayConfig | None:
    """Read files that are in memory; None where an error was reported, by this call or before it."""
    found = Diagnostics()
    readings = _readings(sources, options, found, rereader)
    listeners = tuple(
        replace(listener, trusted_hops=options.trusted_hops) if options.trusted_hops else listener
        for reading in readings
        for listener in reading.listeners
    )
    _check_ports(listeners, found)
    hand_on(found, options.without, report)
    if report.has_errors:
        return None
    if not listeners:
        report.error(
            "no-gateway",
            "nothing to serve: the files hold no gateway",
            None,
            "a Gateway with listeners, an Ingress of class `higress`, or a declarative file with routes",
        )
        return None
    attachments = sum((reading.attachments for reading in readings), NO_ATTACHMENTS)
    config = GatewayConfig(listeners=listeners, attachments=attachments)
    check_wire(config, report)
    if report.has_errors:
        return None
    if not options.routes_as_announced:
        warn_of_missed_preflights(config, report)
        return config
    from crossgate.dialects.announced import with_preflights_announced  # noqa: PLC0415 - few ask for it

    return with_preflights_announced(config, report)


def _readings(
    sources: Iterable[Source], options: ReadOptions, report: Diagnostics, rereader: "Rereader | None"
) -> list[Reading]:
    if rereader is not None:
        rereader.begin()
    read_one = read_documents if rereader is None else rereader.read
    nodes = [node for source in sources for node in read_one(source, report)]
    dialects = [found for found in DIALECTS if not options.dialects or found.name in options.dialects]
    known = frozenset(kind for dialect in DIALECTS for kind in dialect.known)
    documents = classify(nodes, known, report)
    for dialect in dialects:
        _report_protecting(dialect, documents, report)
    found = (_reading(dialect, dialects, documents, options, report) for dialect in DIALECTS)
    return [reading for reading in found if reading is not None]


def _reading(
    dialect: Dialect, wanted: Sequence[Dialect], documents: Documents, options: ReadOptions, report: Diagnostics
) -> Reading | None:
    """Return what a dialect makes of the documents, its guests' listeners with their policies; None if it is no use."""
    if not _is_concerned(dialect, documents):
        return None
    guests = _guests(dialect, documents)
    if not any(user in wanted for user in (dialect, *guests.values())):
        return None
    reading = dialect.read(documents, options, report)
    by_user: dict[Dialect, list[Listener]] = {}
    for listener in reading.listeners:
        namespace, _, name = listener.name.rpartition("/")[0].partition("/")
        by_user.setdefault(guests.get((namespace, name), dialect), []).append(listener)
    governed = {
        listener.name: listener
        for user, listeners in by_user.items()
        if user in wanted
        for listener in (
            user.sharing.govern(listeners, documents, options, report)
            if user is not dialect and user.sharing is not None
            else listeners
        )
    }
    kept = tuple(governed[listener.name] for listener in reading.listeners if listener.name in governed)
    return replace(reading, listeners=kept)


def _is_concerned(dialect: Dialect, documents: Documents) -> bool:
    """Say whether the files hold anything of a dialect's own."""
    is_declared = dialect.is_declarative and bool(documents.declarative)
    return is_declared or any(found.qualified in dialect.kinds for found in documents.objects)


def _guests(dialect: Dialect, documents: Documents) -> dict[tuple[str, str], Dialect]:
    """Return the gateways that a dialect reads for others, by namespace and name."""
    return {
        gateway: other
        for other in DIALECTS
        if other is not dialect and other.sharing is not None and other.sharing.kind in dialect.kinds
        for gateway in other.sharing.gateways(documents)
    }


def _report_protecting(dialect: Dialect, documents: Documents, report: Diagnostics) -> None:
    for found in (item for item in documents.objects if item.qualified in dialect.protecting):
        message = f"`{found.label}` is not enforced"
        report_unenforced(report, found.kind, message, found.name_span, is_harmless=False)


def _check_ports(listeners: tuple[Listener, ...], report: Diagnostics) -> None:
    """Report listeners that cannot share a port: of another scheme, of the same name, or for the same hostname."""
    first: dict[tuple[int, Hostname | None], Listener] = {}
    schemes: dict[int, Listener] = {}
    names: dict[str, Listener] = {}
    for listener in listeners:
        other = names.setdefault(listener.name, listener)
        if other is not listener:
            _conflict(listener, other, f"two listeners are called `{listener.name}`", report)
        other = schemes.setdefault(listener.port, listener)
        if other.scheme is not listener.scheme:
            message = f"`{listener.name}` and `{other.name}` share port {listener.port}, but one of them speaks TLS"
            _conflict(listener, other, message, report)
        for host in listener.hosts:
            other = first.setdefault((listener.port, host.hostname), listener)
            if other is not listener:
                message = (
                    f"`{listener.name}` and `{other.name}` both answer for host `{host.hostname.pattern}` "
                    f"on port {listener.port}"
                )
                _conflict(listener, other, message, report)


def _conflict(listener: Listener, other: Listener, message: str, report: Diagnostics) -> None:
    related = () if other.span is None else (("the other listener", other.span),)
    report.error("listener-conflict", message, listener.span, "give one of them another port or hostname", related)
