"""Origin sets read as their documentation says, the plainest way: entry after entry, letter after letter.

No index, no cleverness, nothing of the engine's nor of the compiler's; so the three can be held against each other.
"""

import string
from collections.abc import Iterator

from crossgate.model.origins import (
    NO_PORT,
    AnyOrigin,
    ExactOrigin,
    Normalisation,
    OriginEntry,
    OriginSet,
    RegexOrigin,
    Subject,
    WildcardOrigin,
)
from tests.support.matchers import re2_matches

DIGITS = string.digits
LABEL = string.ascii_letters + DIGITS + "_-"
SCHEME = string.ascii_letters + DIGITS + "+.-"
NOT_IN_A_RUN = "/@," + " \t\n\v\f\r"
NOT_IN_A_HOST = " \t\n\v\f\r:/?#@[]\\,"
IN_BRACKETS = string.hexdigits + ":."
IMPLIED = {"http": "80", "https": "443"}


def is_in_set(origins: OriginSet, origin: str) -> bool:
    """Say whether some entry admits an origin."""
    return origin != "" and any(admits(entry, origins.normalisation, origin) for entry in origins.entries)


def admits(entry: OriginEntry, normalisation: Normalisation, origin: str) -> bool:
    """Say whether an entry admits an origin."""
    match entry:
        case AnyOrigin():
            return True
        case ExactOrigin(written=written):
            return compared(origin, normalisation) == compared(wire(written), normalisation)
        case WildcardOrigin():
            return admits_wildcard(entry, normalisation, compared(origin, normalisation))
        case RegexOrigin(pattern=pattern, subject=subject):
            fold = "(?i)" if normalisation.fold_case else ""
            if subject is Subject.ORIGIN:
                left = origin[: len(compared(origin, normalisation))]
                return re2_matches(f"{fold}(?:{pattern})", left)
            host = host_of(without_slash(origin, normalisation))
            return host is not None and re2_matches(f"{fold}(?:{pattern})", host)


def wire(text: str) -> str:
    """Return the bytes that a text is on the wire, a character a byte."""
    return text.encode().decode("latin-1")


def without_slash(origin: str, normalisation: Normalisation) -> str:
    if normalisation.trailing_slash and origin[-1:] == "/" and origin[-2:-1] not in {"", "/"}:
        return origin[:-1]
    return origin


def compared(origin: str, normalisation: Normalisation) -> str:
    """Return an origin as it is compared: letter case, one slash, the implied port."""
    if normalisation.fold_case:
        origin = origin.lower()
    origin = without_slash(origin, normalisation)
    for scheme, port in IMPLIED.items() if normalisation.default_port else ():
        if origin.startswith(f"{scheme}://") and origin.endswith(f":{port}"):
            return origin[: -len(port) - 1]
    return origin


def admits_wildcard(entry: WildcardOrigin, normalisation: Normalisation, origin: str) -> bool:
    wanted_scheme, wanted_host = entry.scheme, wire(entry.host)
    if normalisation.fold_case:
        wanted_scheme, wanted_host = wanted_scheme and wanted_scheme.lower(), wanted_host.lower()
    scheme, separator, rest = origin.partition("://")
    if not separator or (not is_scheme(scheme) if wanted_scheme is None else scheme != wanted_scheme):
        return False
    for host, port in places(rest):
        is_meant = entry.ports is None or port in entry.ports
        if normalisation.default_port and port == NO_PORT and IMPLIED.get(scheme) in (entry.ports or ()):
            is_meant = True
        if is_meant and host and matches_host(wanted_host, host):
            return True
    return False


def places(rest: str) -> Iterator[tuple[str, str]]:
    """Yield each way to read what follows `://`: all of it a host, or a host and a port."""
    yield rest, NO_PORT
    host, colon, port = rest.rpartition(":")
    if colon and 1 <= len(port) <= 5 and all(digit in DIGITS for digit in port):
        yield host, port


def is_scheme(text: str) -> bool:
    return text[:1] != "" and text[0] in string.ascii_letters and all(letter in SCHEME for letter in text)


def matches_host(pattern: str, host: str) -> bool:
    if not pattern.startswith("*."):
        return matches_runs(pattern, host)
    labels = host.split(".")
    for count in range(1, len(labels)):
        if all(label and all(letter in LABEL for letter in label) for label in labels[:count]) and matches_runs(
            pattern[2:], ".".join(labels[count:])
        ):
            return True
    return False


def matches_runs(pattern: str, text: str) -> bool:
    """Say whether a text is a pattern in which each star is some run, tried one length after the other."""
    before, star, after = pattern.partition("*")
    if not star:
        return text == pattern
    if not text.startswith(before):
        return False
    rest = text[len(before) :]
    for length in range(len(rest) + 1):
        if matches_runs(after, rest[length:]):
            return True
        if length < len(rest) and rest[length] in NOT_IN_A_RUN:
            return False
    return False


def host_of(origin: str) -> str | None:
    """Return the host of `scheme://host[:port]`."""
    scheme, separator, rest = origin.partition("://")
    if not separator or not is_scheme(scheme):
        return None
    for host, _ in places(rest):
        if host.startswith("[") and host.endswith("]"):
            inside = host[1:-1]
            if inside and all(letter in IN_BRACKETS for letter in inside):
                return host
        elif host and not any(letter in NOT_IN_A_HOST for letter in host):
            return host
    return None
