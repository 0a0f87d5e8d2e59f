"""Where the listeners of a configuration are bound: where it says, on loopback, unless the user says otherwise."""

from collections.abc import Mapping, Sequence
from typing import Final

import click

from crossgate.cli.addresses import is_ip_address, parse_address
from crossgate.model.gateway import GatewayConfig
from crossgate.model.routes import Endpoint

LOOPBACK: Final = "127.0.0.1"

_LOCALHOST: Final = "localhost"


def binds(config: GatewayConfig, listen: Sequence[str]) -> dict[int, tuple[str, int]]:
    """Return host and port for each port of the configuration; listeners that share a port share a socket."""
    bound = {port: (LOOPBACK, port) for port in config.ports}
    moved: dict[int, str] = {}
    for value in listen:
        name, equals, address = value.rpartition("=")
        port = _port(config, name) if equals else _only_port(config)
        endpoint = place_of(address)
        if moved.setdefault(port, value) != value:
            raise click.UsageError(f"`--listen {value}` and `--listen {moved[port]}` move the same socket")
        bound[port] = (endpoint.host, endpoint.port)
    _refuse_collisions(config, bound)
    return bound


def _refuse_collisions(config: GatewayConfig, bound: Mapping[int, tuple[str, int]]) -> None:
    taken: dict[tuple[str, int], int] = {}
    for port, place in bound.items():
        other = taken.setdefault(place, port)
        if place[1] and other != port:
            one, two = config.ports[other][0].name, config.ports[port][0].name
            message = f"`{one}` and `{two}` would both listen on port {place[1]} of {place[0]}"
            raise click.UsageError(f"{message}: give one of them another place with `--listen NAME=HOST:PORT`")


def place_of(address: str) -> Endpoint:
    """Read where to listen; raises `BadParameter` for what is no place on this machine."""
    endpoint = parse_address(address, "a place to listen")
    if endpoint.host == _LOCALHOST:
        return Endpoint(host=LOOPBACK, port=endpoint.port)
    if not is_ip_address(endpoint.host):
        raise click.BadParameter(f"`{address}` names no address of this machine: write one, such as {LOOPBACK}")
    return endpoint


def _port(config: GatewayConfig, name: str) -> int:
    found = next((listener.port for listener in config.listeners if listener.name == name), None)
    if found is None:
        raise click.UsageError(f"no listener is called `{name}`; there are {_names(config)}")
    return found


def _only_port(config: GatewayConfig) -> int:
    if len(config.ports) > 1:
        raise click.UsageError(
            f"the configuration has {len(config.ports)} sockets: write `--listen NAME=HOST:PORT`, "
            f"NAME being one of {_names(config)}"
        )
    return next(iter(config.ports))


def _names(config: GatewayConfig) -> str:
    return ", ".join(f"`{listener.name}`" for listener in config.listeners)
