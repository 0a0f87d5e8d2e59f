"""`crossgate run`: the policies enforced in front of the upstreams."""

import asyncio
import sys
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crossgate.cli.addresses import is_ip_address, parse_address
from crossgate.cli.configuration import UNUSABLE, Files, files
from crossgate.cli.findings import show
from crossgate.cli.listen import binds
from crossgate.cli.usage import report_usage
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.rereading import Rereader
from crossgate.envoy.limits import CONNECTIONS
from crossgate.envoy.resources import Control, ads_bootstrap, resources, socket_name
from crossgate.envoy.virtual_hosts import RouteCompiler
from crossgate.model.gateway import GatewayConfig
from crossgate.model.routes import Endpoint
from crossgate.records import replace

if TYPE_CHECKING:
    from crossgate.serve.loaded import Loaded


def run(listen: tuple[str, ...], admin: str | None, envoy: str | None, **arguments: Any) -> None:
    """Enforce what the files say until a signal; ends the process with the command's exit code."""
    raise SystemExit(serve_files(files(**arguments), listen, admin=admin, envoy=envoy))


def serve_files(given: Files, listen: tuple[str, ...], *, admin: str | None = None, envoy: str | None = None) -> int:
    """Serve the users' files until a signal; return the exit code."""
    try:
        from crossgate.serve.gateway import serve
        from crossgate.serve.settings import ServeSettings
        from crossgate.xds.address import TcpAddress
    except ImportError as error:
        click.echo(f"error: {error.name} is missing, which serving needs", err=True)
        click.echo("  = help: pip install 'crossgate[gateway]'", err=True)
        return UNUSABLE
    address = None if admin is None else parse_address(admin, "an address for the admin interface")
    _warn_of_exposure(address, given.format)
    settings = ServeSettings(
        envoy=envoy, admin=None if address is None else TcpAddress(host=address.host, port=address.port)
    )
    watched = [Path(path) for path in given.paths if path != "-"]
    return asyncio.run(serve(_loader(given, listen), watched, settings=settings, out=sys.stdout, err=sys.stderr))


def _warn_of_exposure(admin: Endpoint | None, form: str) -> None:
    """Warn where the admin interface can be reached from other machines."""
    if admin is None or (is_ip_address(admin.host) and ip_address(admin.host).is_loopback):
        return
    report = Diagnostics()
    message = f"`--admin {admin.host}:{admin.port}` lets whoever can reach it read, change and stop the gateway"
    report.warning("admin-exposed", message, None, "it has no password: keep it on 127.0.0.1, or behind a firewall")
    show(report, form)


def _loader(given: Files, listen: tuple[str, ...]) -> Callable[[], "Loaded | None"]:
    """Return what reads and compiles the files anew at every change.

    At the start what is broken fails closed, and all else is served. A change that breaks more is a bad one: nothing
    that was served is taken away for it.
    """
    compiler = RouteCompiler()
    given = replace(given, rereader=Rereader())
    broken: set[tuple[str, str]] | None = None

    def load() -> "Loaded | None":
        nonlocal broken
        report = Diagnostics()
        config = given.read(report)
        show(report, given.format)
        breaks = {(found.id, found.message) for found in report if found.is_contained}
        if config is None or (broken is not None and breaks - broken):
            return None
        broken = breaks
        try:
            return compiled(config, binds(config, listen), compiler)
        except click.UsageError as error:
            show(report_usage(error, "crossgate run"), given.format)
            return None

    return load


def compiled(
    config: GatewayConfig, bound: dict[int, tuple[str, int]], compiler: RouteCompiler | None = None
) -> "Loaded":
    """Compile a configuration whose ports are bound so into what can be served; `compiler` knows the one before."""
    from crossgate.serve.descriptors import affordable_connections
    from crossgate.serve.loaded import BootstrapAddresses, ListenerAddress, Loaded
    from crossgate.serve.roots import find_trusted_roots
    from crossgate.xds.address import UnixAddress

    def bootstrap(addresses: BootstrapAddresses) -> dict[str, Any]:
        admin = addresses.admin
        where = str(admin.path) if isinstance(admin, UnixAddress) else (admin.host, admin.port)
        connections = affordable_connections(CONNECTIONS)
        return ads_bootstrap(Control(ads_socket=str(addresses.xds_socket), admin=where, connections=connections))

    return Loaded(
        resources=resources(config, bound, compiler, roots=find_trusted_roots()),
        bootstrap=bootstrap,
        listeners=tuple(
            ListenerAddress(
                name=listener.name,
                resource=socket_name(listener.port),
                host=bound[listener.port][0],
                port=bound[listener.port][1],
                scheme=listener.scheme.value,
            )
            for listener in config.listeners
        ),
    )
