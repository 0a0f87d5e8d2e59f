"""Where the listeners of a configuration are bound: where it says, on loopback, unless the user says otherwise."""

from collections.abc import Sequence
from typing import Final

import click

from crossgate.cli.configuration import parse_address
from crossgate.model.gateway import GatewayConfig

LOOPBACK: Final = "127.0.0.1"


listen_option: Final = click.option(
    "--listen",
    multiple=True,
    metavar="[NAME=]HOST:PORT",
    help="Where to listen, instead of where the configuration says; port 0 is any free one.",
)
"""The option of commands that listen."""


def binds(config: GatewayConfig, listen: Sequence[str]) -> dict[int, tuple[str, int]]:
    """Return host and port for each port of the configuration; listeners that share a port share a socket."""
    bound = {port: (LOOPBACK, port) for port in config.ports}
    moved: dict[int, str] = {}
    for value in listen:
        name, equals, address = value.rpartition("=")
        port = _port(config, name) if equals else _only_port(config)
        endpoint = parse_address(address, "a place to listen")
        if moved.setdefault(port, value) != value:
            raise click.UsageError(f"`--listen {value}` and `--listen {moved[port]}` move the same socket")
        bound[port] = (endpoint.host, endpoint.port)
    return bound


def _port(config: GatewayConfig, name: str) -> int:
    found = next((listener.port for listener in config.listeners if listener.name == name), None)
    if found is None:
        raise click.UsageError(f"no listener is called `{name}`; there are {_names(config)}")
    return found


def _only_port(config: GatewayConfig) -> int:
    if len(config.ports) > 1:
        raise click.UsageError(
            f"the configuration has {len(config.ports)} sockets: write --listen NAME=HOST:PORT, "
            f"NAME being one of {_names(config)}"
        )
    return next(iter(config.ports))


def _names(config: GatewayConfig) -> str:
    return ", ".join(f"`{listener.name}`" for listener in config.listeners)
