"""Addresses as users write them: `HOST:PORT`."""

import ipaddress
import re
from collections.abc import Sequence
from typing import Final

import click

from crossgate.model.routes import Endpoint

_ADDRESS: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:\[\]/@]+):(?P<port>[0-9]{1,5})")
_LABEL: Final = "[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?"
_NAME: Final = re.compile(rf"(?i)(?!(?:.*\.)?[0-9]+\.?$){_LABEL}(?:\.{_LABEL})*\.?")
"""A DNS name; what ends in a number is an IP address or nothing."""
_LARGEST_PORT: Final = 65535


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


def parse_resolved(values: Sequence[str]) -> dict[str, tuple[Endpoint, ...]]:
    """Read `NAME:PORT=HOST:PORT`, where backends really are; raises `BadParameter`."""
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
