"""What all commands have in common: the files, how they are to be read, and how findings are shown."""

import io
import ipaddress
import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TextIO, TypeVar

import click

from crossgate import collection
from crossgate.diagnostics import Diagnostics, Severity, render_text, to_json
from crossgate.dialects.files import MAXIMUM_SIZE
from crossgate.dialects.kgateway.origins import version_pattern
from crossgate.dialects.known import DIALECTS
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read_paths
from crossgate.dialects.rereading import Rereader
from crossgate.model.gateway import GatewayConfig
from crossgate.model.resolve import backend_names, with_endpoints
from crossgate.model.routes import Endpoint

STDIN: Final = "-"
"""The path that means standard input."""

UNUSABLE: Final = 2
"""The exit code for bad usage and for a configuration that cannot be read."""

_ADDRESS: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:\[\]/@]+):(?P<port>[0-9]{1,5})")
_LABEL: Final = "[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?"
_NAME: Final = re.compile(rf"(?i)(?!(?:.*\.)?[0-9]+\.?$){_LABEL}(?:\.{_LABEL})*\.?")
"""A DNS name; what ends in a number is an IP address or nothing."""
_LARGEST_PORT: Final = 65535

MOST_HOPS: Final = 100
"""More proxies than that stand in front of nobody."""

FORMATS: Final = ("text", "json")

F = TypeVar("F", bound=Callable[..., Any])


class StandardInput:
    """Standard input, which can be read but once: what it held is kept for whoever asks again."""

    def __init__(self) -> None:
        self._content: bytes | None = None

    def open(self) -> TextIO:
        """Return a stream of what it held, from the beginning."""
        if self._content is None:
            self._content = sys.stdin.buffer.read(MAXIMUM_SIZE + 1)
        return io.TextIOWrapper(io.BytesIO(self._content))


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The user's files and the choices that go with them."""

    paths: tuple[str, ...]
    options: ReadOptions
    resolve: Mapping[str, tuple[Endpoint, ...]] = field(default_factory=dict)
    format: str = "text"
    standard_input: StandardInput = field(default_factory=StandardInput)
    rereader: Rereader | None = None
    """For files that are read again and again."""

    def load(self) -> GatewayConfig | None:
        """Read the files anew, show what was found, and return the configuration unless there were errors."""
        report = Diagnostics()
        config = self.read(report)
        show(report, self.format)
        return config

    def read(self, report: Diagnostics) -> GatewayConfig | None:
        """Read the files anew, and return the configuration unless there were errors."""
        with collection.paused():
            return self._read(report)

    def _read(self, report: Diagnostics) -> GatewayConfig | None:
        stdin = self.standard_input.open() if STDIN in self.paths else io.StringIO()
        config = read_paths(self.paths, stdin, self.options, report, self.rereader)
        if config is not None:
            for name in sorted(set(self.resolve) - backend_names(config)):
                known = ", ".join(f"`{backend}`" for backend in sorted(backend_names(config))) or "none"
                message = f"`--resolve {name}=…` is not used: no route goes to `{name}`"
                report.warning("unused-resolve", message, None, f"backends are {known}")
            config = with_endpoints(config, self.resolve)
        return config

    def load_or_exit(self) -> GatewayConfig:
        """Read the files; exit with 2 where they cannot be used."""
        config = self.load()
        if config is None:
            raise SystemExit(UNUSABLE)
        return config


def show(report: Diagnostics, form: str) -> None:
    """Write findings to standard error: for people, in colours on a terminal, or one JSON object a line."""
    if form == "json":
        for diagnostic in report:
            click.echo(json.dumps(to_json(diagnostic)), err=True)
    elif len(report):
        click.echo(render_text(report, colour=has_colours(sys.stderr)), err=True)
        errors = sum(found.severity is Severity.ERROR for found in report)
        if errors and len(report) > 1:
            click.echo(f"{errors} error{'s' if errors > 1 else ''}", err=True)


def has_colours(stream: TextIO) -> bool:
    """Say whether a stream is a terminal whose user wants colours (https://no-color.org/)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def parse_address(text: str, what: str) -> Endpoint:
    """Read `HOST:PORT`, an IPv6 address in brackets; raises `BadParameter` for what no connection can have."""
    found = _ADDRESS.fullmatch(text)
    if found is None or int(found["port"]) > _LARGEST_PORT or not _is_host(found["host"]):
        raise click.BadParameter(f"`{text}` is not {what}: write HOST:PORT, an IPv6 address in brackets")
    return Endpoint(host=found["host"].strip("[]"), port=int(found["port"]))


def _is_host(text: str) -> bool:
    return _NAME.fullmatch(text) is not None or is_ip_address(text.strip("[]"))


def is_ip_address(text: str) -> bool:
    """Say whether a host, brackets taken off, is an IP address and not a name."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _resolved(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> dict[str, tuple[Endpoint, ...]]:
    found: dict[str, tuple[Endpoint, ...]] = {}
    for value in values:
        name, equals, address = value.partition("=")
        if not equals or _ADDRESS.fullmatch(name) is None:
            raise click.BadParameter(f"`{value}` is not of the form NAME:PORT=HOST:PORT")
        endpoint = parse_address(address, "an address")
        if not endpoint.port:
            raise click.BadParameter(f"`{value}`: nothing listens on port 0")
        found[name] = (*found.get(name, ()), endpoint)
    return found


def versioned(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    """Read `DIALECT=VERSION` of gateways' documents; raises `BadParameter` for what there is not."""
    return _versions(values, {dialect.name: dialect.documents for dialect in DIALECTS})


def released(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    """Read `DIALECT=RELEASE` of gateways; raises `BadParameter` for what there is not."""
    return _versions(values, {dialect.name: dialect.releases for dialect in DIALECTS})


def _versions(values: Sequence[str], known: Mapping[str, Sequence[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for value in values:
        name, _, version = value.partition("=")
        if version not in known.get(name, ()):
            listed = ", ".join(f"{key}={item}" for key, versions in known.items() for item in versions)
            raise click.BadParameter(f"`{value}` is not known; there are {listed or 'none'}")
        found[name] = version
    return found


def _router(_ctx: click.Context, param: click.Parameter, value: str | None) -> dict[str, str]:
    """Return the router's flavour by the dialect whose option it is."""
    dialect, _, _ = (param.name or "").partition("_")
    return {} if value is None else {dialect: value}


def _gateway_api(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        try:
            version_pattern(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error
    return value


def takes_files(command: F) -> F:
    """Give a command the arguments that `Files` is made of."""
    return takes_files_as(FORMATS, "PATH…")(command)


def takes_files_as(formats: Sequence[str], paths: str) -> Callable[[F], F]:
    """Return what gives a command these arguments, with other formats and another name of the paths in its help."""
    return lambda command: _with_files(command, formats, paths)


def _with_files(command: F, formats: Sequence[str], paths: str) -> F:
    names = [dialect.name for dialect in DIALECTS]
    documents = ", ".join(f"{dialect.name}={' or '.join(dialect.documents)}" for dialect in DIALECTS)
    releases = ", ".join(f"{item.name}={' or '.join(item.releases)}" for item in DIALECTS if item.releases)
    options = (
        click.argument("paths", nargs=-1, required=True, metavar=paths),
        click.option(
            "--dialect",
            multiple=True,
            type=click.Choice(names),
            metavar="NAME",
            help=f"Read only this dialect: {', '.join(names)}; repeatable.",
        ),
        click.option(
            "--documents",
            multiple=True,
            metavar="DIALECT=VERSION",
            callback=versioned,
            help=f"Follow this version of a gateway's documents: {documents}.",
        ),
        click.option(
            "--emulate",
            multiple=True,
            metavar="DIALECT=RELEASE",
            callback=released,
            help=f"Decide as this release of a gateway does, bugs included: {releases}.",
        ),
        *(
            click.option(
                f"--{item.name}-router",
                type=click.Choice(item.routers),
                metavar="FLAVOUR",
                callback=_router,
                help=f"The flavour of the gateway's router: {' (default) or '.join(item.routers)}.",
            )
            for item in DIALECTS
            if item.routers
        ),
        click.option(
            "--gateway-api",
            metavar="VERSION",
            callback=_gateway_api,
            help="Refuse what this version of the Gateway API refuses (1.3 to 1.6).",
        ),
        click.option(
            "--policy-namespace",
            metavar="NAMESPACE",
            help="The namespace whose TrafficPolicies select objects of all (KGW_GLOBAL_POLICY_NAMESPACE).",
        ),
        click.option(
            "--trusted-hops",
            type=click.IntRange(0, MOST_HOPS),
            metavar="N",
            default=0,
            help="How many proxies in front are trusted; with one or more, X-Forwarded-Proto says a request's scheme.",
        ),
        click.option(
            "--resolve",
            multiple=True,
            metavar="NAME:PORT=HOST:PORT",
            callback=_resolved,
            help="Where a backend really is; repeat it for several endpoints.",
        ),
        click.option(
            "--format",
            "form",
            type=click.Choice(formats),
            default=formats[0],
            metavar="|".join(formats),
            show_default=True,
            help="Write for people, or JSON for programs.",
        ),
    )
    for decorate in reversed(options):
        command = decorate(command)
    return command


def files(
    *,
    paths: tuple[str, ...],
    dialect: tuple[str, ...],
    documents: dict[str, str],
    emulate: dict[str, str],
    kong_router: dict[str, str],
    gateway_api: str | None,
    policy_namespace: str | None,
    trusted_hops: int,
    resolve: dict[str, tuple[Endpoint, ...]],
    form: str,
    without: tuple[str, ...] | None = None,
) -> Files:
    """Make the `Files` of a command's arguments; `without` None: the command enforces nothing."""
    for name in sorted(set(documents) & set(emulate)):
        raise click.BadParameter(f"`--documents {name}=…` and `--emulate {name}=…` exclude each other")
    options = ReadOptions(
        dialects=frozenset(dialect),
        gateway_api=gateway_api,
        policy_namespace=policy_namespace,
        trusted_hops=trusted_hops,
        documents=documents,
        emulate=emulate,
        routers=kong_router,
        without=None if without is None else frozenset(without),
    )
    return Files(paths=paths, options=options, resolve=resolve, format=form)
