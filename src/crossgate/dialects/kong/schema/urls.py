"""The `url` of a service: the parts that it stands for."""

from msgspec import Struct

from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.urls import split_url


class Address(Struct, frozen=True, kw_only=True):
    """What a `url` says, right or wrong."""

    protocol: str
    host: str | None
    port: str
    path: str | None


def address_of(url: str) -> Address:
    """Return the parts of a `url`: without a scheme its port can stand for one, and without a port its scheme."""
    parts = split_url(url)
    protocol = parts.scheme or ("https" if parts.port == str(DEFAULT_PORTS["https"]) else "http")
    implied = DEFAULT_PORTS.get(protocol, DEFAULT_PORTS["http"])
    return Address(
        protocol=protocol, host=parts.host, port=str(implied) if parts.port is None else parts.port, path=parts.path
    )
