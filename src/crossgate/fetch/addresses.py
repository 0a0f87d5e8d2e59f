"""IP addresses in hosts: the spellings that browsers read, and the one in which they write each.

Source: https://url.spec.whatwg.org/#concept-ipv4-parser and https://url.spec.whatwg.org/#host-serializing. It knows
nothing of names.
"""

import re
from typing import Final

_LAST_IS_NUMBER: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\.?", re.DOTALL)
_HEXADECIMAL: Final = re.compile(r"0[xX]([0-9A-Fa-f]*)")
_OCTAL: Final = re.compile(r"0([0-7]+)")
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]*")
_PARTS: Final = 4
_MOST_DIGITS: Final = 100
"""No part of an address needs more, leading zeros aside; Python refuses to read numbers of many thousands."""
_ZEROS: Final = re.compile(r"(?:^|:)0(?::0)+(?=:|$)")


def ends_in_number(host: str) -> bool:
    """Say whether a host is an IPv4 address or none at all: whether its last part is a number."""
    return _LAST_IS_NUMBER.fullmatch(host) is not None


def parse_ipv4(host: str) -> str | None:
    """Return the address that a host means, be it octal, hexadecimal or several numbers in one, or None."""
    parts = host.removesuffix(".").split(".")
    numbers = [_number(part) for part in parts]
    if len(parts) > _PARTS or None in numbers:
        return None
    *first, last = (number for number in numbers if number is not None)
    if any(number > 255 for number in first) or last >= 256 ** (_PARTS - len(first)):  # noqa: PLR2004
        return None
    address = last + sum(number << (8 * (3 - place)) for place, number in enumerate(first))
    return ".".join(str(address >> shift & 255) for shift in (24, 16, 8, 0))


def _number(text: str) -> int | None:
    for pattern, base in ((_HEXADECIMAL, 16), (_OCTAL, 8), (_DECIMAL, 10)):
        found = pattern.fullmatch(text)
        if found is not None:
            digits = found[found.re.groups].lstrip("0") or "0"
            return int(digits, base) if len(digits) <= _MOST_DIGITS else 1 << 32
    return None


def parse_ipv6(text: str) -> str | None:
    """Return the shortest form of an IPv6 address without its brackets, or None where `text` is none."""
    from ipaddress import AddressValueError, IPv6Address  # noqa: PLC0415 - few hosts are such addresses

    try:
        address = int(IPv6Address(text))
    except AddressValueError:
        return None
    return None if "%" in text else _shortest(address)


def _shortest(address: int) -> str:
    """Write an address with its longest run of zeros left out, the first of equal ones, and no IPv4 in it."""
    whole = ":".join(f"{address >> shift & 0xFFFF:x}" for shift in range(112, -1, -16))
    zeros = max(_ZEROS.finditer(whole), key=lambda found: len(found[0].strip(":")), default=None)
    return whole if zeros is None else f"{whole[: zeros.start()]}::{whole[zeros.end() :].removeprefix(':')}"
