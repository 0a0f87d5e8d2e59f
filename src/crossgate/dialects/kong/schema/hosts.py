"""Hosts, names and tags, as the gateway takes them.

Each rule says what is wrong with a text in the gateway's words, or None.
"""

import ipaddress
import re
from enum import Enum
from typing import Final

_PORT: Final = re.compile(r":([0-9]+)\Z")
_NAME: Final = re.compile(r"[0-9A-Za-z._-]+")
_IPV4: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3}){3})(?::([0-9]+))?")
_BRACKETED: Final = re.compile(r"\[([0-9A-Fa-f:]*)\](?::([0-9]+))?")
_GROUPS: Final = re.compile(r"[0-9A-Fa-f:]*")
"""What IPv6 addresses are written with: the gateway takes neither a zone nor the form that ends like IPv4."""
_LARGEST_PORT: Final = 65535
_BYTE: Final = 255
BAD_PORT: Final = "invalid port number"
_UTF8_NAME: Final = re.compile(r"(?:[A-Za-z0-9.\-_~]|[^\x00-\x7f])+")
_TAG: Final = re.compile(r"(?:[ -+\-.0-~]|[^\x00-\x7f])+")
"""A class that goes up to U+10FFFF would take milliseconds to compile, its contrary takes none."""
_HEADER: Final = re.compile(r"[A-Za-z0-9_-]+")
_METHOD: Final = re.compile(r"[A-Z]+")


class HostKind(Enum):
    """What a host looks like, before it is known whether it is one."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"
    NAME = "name"


def kind_of(text: str) -> HostKind:
    """Return what a host looks like: more than one colon make an IPv6 address, digits and dots alone an IPv4 one."""
    if text.count(":") > 1:
        return HostKind.IPV6
    return HostKind.IPV4 if re.fullmatch(r"[0-9.]+", text.replace(":", "")) else HostKind.NAME


def host_with_port(text: str) -> str | None:
    """Say what is wrong with a host that may have a port."""
    match kind_of(text):
        case HostKind.IPV4:
            return _ipv4(text)
        case HostKind.IPV6:
            return _ipv6(text)
        case HostKind.NAME:
            return _name(text)


def has_port(text: str) -> bool:
    """Say whether a valid host has a port."""
    return bool(_PORT.search(text)) if kind_of(text) is not HostKind.IPV6 else bool(_PORT.search(text) and "]" in text)


def _ipv4(text: str) -> str | None:
    found = _IPV4.fullmatch(text)
    if found is None or any(int(part) > _BYTE for part in found[1].split(".")):
        return f"invalid ipv4 address: {text}"
    return BAD_PORT if found[2] is not None and int(found[2]) > _LARGEST_PORT else None


def _ipv6(text: str) -> str | None:
    found = _BRACKETED.fullmatch(text)
    address = text if found is None else found[1]
    if not _GROUPS.fullmatch(address) or not _is_address(address):
        return f"invalid ipv6 address: {text}"
    return BAD_PORT if found is not None and found[2] is not None and int(found[2]) > _LARGEST_PORT else None


def _is_address(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _name(text: str) -> str | None:
    port = _PORT.search(text)
    if port is not None and int(port[1]) > _LARGEST_PORT:
        return BAD_PORT
    name = text if port is None else text[: port.start()]
    *labels, last = name.split(".")
    is_host = _NAME.fullmatch(name) and all(labels) and not any(label.endswith("-") for label in (*labels, last))
    return None if is_host else f"invalid hostname: {text}"


def host(text: str) -> str | None:
    """Say what is wrong with a host without a port."""
    wrong = host_with_port(text)
    if wrong is not None and wrong != BAD_PORT:
        return f"invalid value: {text}"
    return "must not have a port" if wrong is not None or has_port(text) else None


def server_name(text: str) -> str | None:
    """Say what is wrong with a name that TLS clients ask for."""
    wrong = host_with_port(text)
    if wrong is not None and wrong != BAD_PORT:
        return f"invalid value: {text}"
    if wrong is None and kind_of(text) is not HostKind.NAME:
        return "must not be an IP"
    return "must not have a port" if wrong is not None or has_port(text) else None


def certificate_name(text: str) -> str | None:
    """Say what is wrong with a name of a certificate, which may begin or end with `*`."""
    star = text.find("*")
    if star not in {-1, 0, len(text) - 1}:
        return "wildcard must be leftmost or rightmost character"
    if text.count("*") > 1:
        return "only one wildcard must be specified"
    return server_name(text.replace("*", "wildcard"))


def route_host(text: str) -> str | None:
    """Say what is wrong with a host of a route, of which one label at an edge may be `*`."""
    if text.count("*") > 1:
        return "invalid wildcard: must have at most one wildcard"
    if "*" in text and not text.startswith("*.") and not _PORT.sub("", text).endswith(".*"):
        return "invalid wildcard: must be placed at leftmost or rightmost label"
    return host_with_port(text.replace("*", "abc"))


def upstream_name(text: str) -> str | None:
    """Say what is wrong with the name of an upstream."""
    if host_with_port(text) is not None:
        return f"Invalid name ('{text}'); must be a valid hostname"
    if kind_of(text) is not HostKind.NAME:
        return f"Invalid name ('{text}'); no ip addresses allowed"
    return f"Invalid name ('{text}'); no port allowed" if has_port(text) else None


def target(text: str) -> str | None:
    """Say what is wrong with a target."""
    return None if host_with_port(text) is None else f"Invalid target ('{text}'); not a valid hostname or ip address"


def name(text: str) -> str | None:
    """Say what is wrong with the name of an entity."""
    if _UTF8_NAME.fullmatch(text):
        return None
    return f"invalid value '{text}': the only accepted ascii characters are alphanumerics or ., -, _, and ~"


def tag(text: str) -> str | None:
    """Say what is wrong with a tag."""
    if _TAG.fullmatch(text):
        return None
    return f"invalid tag '{text}': expected printable ascii (except `,` and `/`) or valid utf-8 sequences"


def header(text: str) -> str | None:
    """Say what is wrong with the name of a request header that a route asks for."""
    if text.lower() == "host":
        return "cannot contain 'host' header, which must be specified in the 'hosts' attribute"
    return header_name(text)


def header_name(text: str) -> str | None:
    """Say what is wrong with the name of a header."""
    if _HEADER.fullmatch(text):
        return None
    return f"bad header name '{text}', allowed characters are A-Z, a-z, 0-9, '_', and '-'"


def method(text: str) -> str | None:
    """Say what is wrong with a method of a route."""
    return None if _METHOD.fullmatch(text) else f"invalid value: {text}"
