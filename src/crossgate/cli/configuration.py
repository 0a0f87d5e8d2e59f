"""What all commands have in common: the user's files, and how they are to be read."""

import io
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TextIO

import click
from msgspec import Struct, field

from crossgate import collection
from crossgate.cli.findings import show
from crossgate.cli.options import EFFECTIVE
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.files import MAXIMUM_SIZE
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read_paths
from crossgate.model.gateway import GatewayConfig
from crossgate.model.resolve import backend_names, with_endpoints
from crossgate.model.routes import Endpoint

if TYPE_CHECKING:
    from crossgate.dialects.rereading import Rereader

STDIN: Final = "-"
"""The path that means standard input."""

UNUSABLE: Final = 2
"""The exit code for bad usage and for a configuration that cannot be read."""


class StandardInput:
    """Standard input, which can be read but once: what it held is kept for whoever asks again."""

    def __init__(self) -> None:
        self._content: bytes | None = None

    def open(self) -> TextIO:
        """Return a stream of what it held, from the beginning."""
        if self._content is None:
            self._content = sys.stdin.buffer.read(MAXIMUM_SIZE + 1)
        return io.TextIOWrapper(io.BytesIO(self._content))


class Files(Struct, frozen=True, kw_only=True):
    """The user's files and the choices that go with them."""

    paths: tuple[str, ...]
    options: ReadOptions
    resolve: Mapping[str, tuple[Endpoint, ...]] = field(default_factory=dict)
    format: str = "text"
    standard_input: StandardInput = field(default_factory=StandardInput)
    rereader: "Rereader | None" = None
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


def files(
    *,
    paths: tuple[str, ...],
    dialect: tuple[str, ...],
    documents: dict[str, str],
    emulate: dict[str, str],
    gateway_api: str | None,
    policy_namespace: str | None,
    trusted_hops: int,
    preflight_routing: str,
    resolve: dict[str, tuple[Endpoint, ...]],
    form: str,
    without: tuple[str, ...] | None = None,
    **routers: dict[str, str],
) -> Files:
    """Make the `Files` of a command's arguments; `without` None: the command enforces nothing.

    `routers` are the dialects' own options for their routers, each with the flavour by its dialect.
    """
    for name in sorted(set(documents) & set(emulate)):
        raise click.BadParameter(f"`--documents {name}=…` and `--emulate {name}=…` exclude each other")
    options = ReadOptions(
        dialects=frozenset(dialect),
        gateway_api=gateway_api,
        policy_namespace=policy_namespace,
        trusted_hops=trusted_hops,
        routes_as_announced=preflight_routing == EFFECTIVE,
        documents=documents,
        emulate=emulate,
        routers={name: flavour for chosen in routers.values() for name, flavour in chosen.items()},
        without=None if without is None else frozenset(without),
    )
    return Files(paths=paths, options=options, resolve=resolve, format=form)
