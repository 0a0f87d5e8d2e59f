"""What all commands have in common: the files, how they are to be read, and how findings are shown."""

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import click

from crossgate.diagnostics import Diagnostics, Severity, render_text, to_json
from crossgate.dialects.kgateway.origins import version_pattern
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import DIALECTS, read_paths
from crossgate.model.gateway import GatewayConfig
from crossgate.model.resolve import backend_names, with_endpoints
from crossgate.model.routes import Endpoint

UNUSABLE: Final = 2
"""The exit code for bad usage and for a configuration that cannot be read."""

_ADDRESS: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:\[\]/@]+):(?P<port>[0-9]{1,5})")
_LARGEST_PORT: Final = 65535

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The user's files and the choices that go with them."""

    paths: tuple[str, ...]
    options: ReadOptions
    resolve: Mapping[str, tuple[Endpoint, ...]] = field(default_factory=dict)
    format: str = "text"

    def load(self) -> GatewayConfig | None:
        """Read the files anew, show what was found, and return the configuration unless there were errors."""
        report = Diagnostics()
        config = read_paths(self.paths, sys.stdin, self.options, report)
        if config is not None:
            for name in sorted(set(self.resolve) - backend_names(config)):
                known = ", ".join(f"`{backend}`" for backend in sorted(backend_names(config))) or "none"
                message = f"`--resolve {name}=…` is not used: no route goes to `{name}`"
                report.warning("unused-resolve", message, None, f"backends are {known}")
            config = with_endpoints(config, self.resolve)
        show(report, self.format)
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
        click.echo(render_text(report, colour=sys.stderr.isatty()), err=True)
        errors = sum(found.severity is Severity.ERROR for found in report)
        if errors:
            click.echo(f"{errors} error{'s' if errors > 1 else ''}", err=True)


def parse_address(text: str, what: str) -> Endpoint:
    """Read `HOST:PORT`, an IPv6 address in brackets."""
    found = _ADDRESS.fullmatch(text)
    if found is None or int(found["port"]) > _LARGEST_PORT:
        raise click.BadParameter(f"`{text}` is not {what}: write HOST:PORT, an IPv6 address in brackets")
    return Endpoint(host=found["host"].strip("[]"), port=int(found["port"]))


def _resolved(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> dict[str, tuple[Endpoint, ...]]:
    found: dict[str, tuple[Endpoint, ...]] = {}
    for value in values:
        name, equals, address = value.partition("=")
        if not equals or _ADDRESS.fullmatch(name) is None:
            raise click.BadParameter(f"`{value}` is not of the form NAME:PORT=HOST:PORT")
        found[name] = (*found.get(name, ()), parse_address(address, "an address"))
    return found


def _documents(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    known = {dialect.name: dialect.documents for dialect in DIALECTS}
    found: dict[str, str] = {}
    for value in values:
        name, _, version = value.partition("=")
        if version not in known.get(name, ()):
            listed = ", ".join(f"{key}={item}" for key, versions in known.items() for item in versions)
            raise click.BadParameter(f"`{value}` is not known; there are {listed}")
        found[name] = version
    return found


def _gateway_api(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        try:
            version_pattern(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error
    return value


def takes_files(command: F) -> F:
    """Give a command the arguments that `Files` is made of, and the `Files`."""
    names = [dialect.name for dialect in DIALECTS]
    for decorate in reversed(
        (
            click.argument("paths", nargs=-1, required=True, metavar="PATH…"),
            click.option("--dialect", multiple=True, type=click.Choice(names), help="Read only this dialect."),
            click.option(
                "--documents",
                multiple=True,
                metavar="DIALECT=VERSION",
                callback=_documents,
                help="Follow this version of a gateway's documents.",
            ),
            click.option(
                "--gateway-api",
                metavar="VERSION",
                callback=_gateway_api,
                help="Refuse what this version of the Gateway API refuses (1.3 to 1.6).",
            ),
            click.option(
                "--resolve",
                multiple=True,
                metavar="NAME:PORT=HOST:PORT",
                callback=_resolved,
                help="Where a backend really is; repeat it for several endpoints.",
            ),
        )
    ):
        command = decorate(command)
    return command


def files(
    *,
    paths: tuple[str, ...],
    dialect: tuple[str, ...],
    documents: dict[str, str],
    gateway_api: str | None,
    resolve: dict[str, tuple[Endpoint, ...]],
    form: str = "text",
) -> Files:
    """Make the `Files` of a command's arguments."""
    options = ReadOptions(dialects=frozenset(dialect), gateway_api=gateway_api, documents=documents)
    return Files(paths=paths, options=options, resolve=resolve, format=form)
