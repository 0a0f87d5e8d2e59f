"""URLs of http and https as browsers read them: what a `Location` leads to, and which origin a URL has.

Source: https://url.spec.whatwg.org/#url-parsing. Of URLs of other schemes only the scheme is known: their origin is
opaque, and no CORS request goes to them. This module knows nothing of requests.
"""

import re
from dataclasses import dataclass, replace
from ipaddress import AddressValueError, IPv6Address
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from crossgate.fetch.origin import DEFAULT_PORTS, OPAQUE, is_sent_by_browsers

_TRIMMED: Final = "".join(chr(code) for code in range(0x21))
_DROPPED: Final = str.maketrans("", "", "\t\n\r")
_SCHEME: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):")
_SLASHES: Final = re.compile(r"[/\\]*")
_AUTHORITY: Final = re.compile(r"(?:(?P<user>.*)@)?(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>[0-9]*))?")
_FORBIDDEN_IN_HOST: Final = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]")
_LAST_NUMBER: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\.?")
_IPV4_PARTS: Final = 4
_LARGEST_PORT: Final = 65535
_IN_PATH: Final = "/%!$&'()*+,;=:@[]|\\^"
_IN_QUERY: Final = _IN_PATH + "?`{}"
_DOT: Final = frozenset({".", "%2e"})
_TWO_DOTS: Final = frozenset({"..", ".%2e", "%2e.", "%2e%2e"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """A URL, taken apart. `port` is None where it is the scheme's; a `query` may be empty, None is none.

    A URL whose scheme is not http or https has its scheme and nothing else.
    """

    scheme: str
    username: str = ""
    password: str = ""
    host: str = ""
    port: int | None = None
    path: str = ""
    query: str | None = None
    fragment: str | None = None

    @property
    def is_http(self) -> bool:
        """Whether requests over HTTP go there."""
        return self.scheme in DEFAULT_PORTS

    @property
    def has_credentials(self) -> bool:
        """Whether it has a user name or a password (https://url.spec.whatwg.org/#include-credentials)."""
        return bool(self.username or self.password)

    @property
    def authority(self) -> str:
        """Host and, unless it is the scheme's, port."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """The serialized origin."""
        return f"{self.scheme}://{self.authority}" if self.is_http else OPAQUE

    def __str__(self) -> str:
        if not self.is_http:
            return f"{self.scheme}:"
        password = f":{self.password}" if self.password else ""
        user = f"{self.username}{password}@" if self.has_credentials else ""
        query = "" if self.query is None else f"?{self.query}"
        fragment = "" if self.fragment is None else f"#{self.fragment}"
        return f"{self.scheme}://{user}{self.authority}{self.path}{query}{fragment}"


def parse_url(text: str, base: Url | None = None) -> Url | None:
    """Return the URL that `text` means, beside `base` where it is relative; None where it means none."""
    text = text.strip(_TRIMMED).translate(_DROPPED)
    found = _SCHEME.match(text)
    scheme = found["scheme"].lower() if found else None
    rest = text[found.end() :] if found else text
    if scheme is not None and scheme not in DEFAULT_PORTS:
        return Url(scheme=scheme)
    is_relative = base is not None and base.is_http and scheme in {None, base.scheme}
    slashes = len(_slashes_of(rest))
    if base is not None and is_relative and slashes < 2:  # noqa: PLR2004 - `//` begins an authority
        return _beside(base, rest)
    if scheme is None and (base is None or not base.is_http):
        return None
    return _absolute(scheme or base.scheme if base is not None else scheme or "", rest[slashes:])


def _slashes_of(text: str) -> str:
    found = _SLASHES.match(text)
    return "" if found is None else found[0]


def _absolute(scheme: str, rest: str) -> Url | None:
    """Read what follows the slashes: an authority, and all behind it."""
    end = re.search(r"[/\\?#]", rest)
    authority, rest = (rest, "") if end is None else (rest[: end.start()], rest[end.start() :])
    found = _AUTHORITY.fullmatch(authority)
    host = None if found is None else parse_host(found["host"])
    if found is None or not host or int(found["port"] or 0) > _LARGEST_PORT:
        return None
    username, _, password = (found["user"] or "").partition(":")
    port = int(found["port"]) if found["port"] else None
    url = Url(
        scheme=scheme,
        username=quote(username, safe="%!$&'()*+,.-_~"),
        password=quote(password, safe="%!$&'()*+,.-_~"),
        host=host,
        port=None if port == DEFAULT_PORTS[scheme] else port,
    )
    return _beside(replace(url, path="/"), rest)


def _beside(base: Url, text: str) -> Url:
    """Read a path, a query and a fragment, any of which may be left out, relative to a URL."""
    text, hash_sign, fragment = text.partition("#")
    path, question_mark, query = text.partition("?")
    path = path.replace("\\", "/")
    url = replace(base, fragment=_encoded(fragment, _IN_QUERY) if hash_sign else None)
    if path:
        folder = "" if path.startswith("/") else base.path.rpartition("/")[0] + "/"
        url = replace(url, path=_without_dots(folder + path), query=None)
    return replace(url, query=_encoded(query, _IN_QUERY)) if question_mark else url


def _without_dots(path: str) -> str:
    kept: list[str] = []
    *folders, last = path.split("/")[1:]
    for part in folders:
        if part.lower() in _TWO_DOTS:
            del kept[-1:]
        elif part.lower() not in _DOT:
            kept.append(part)
    if last.lower() in _TWO_DOTS:
        del kept[-1:]
        last = ""
    kept.append("" if last.lower() in _DOT else last)
    return _encoded("/" + "/".join(kept), _IN_PATH)


def _encoded(text: str, safe: str) -> str:
    return quote(text, safe=safe, errors="replace")


def parse_host(text: str) -> str | None:
    """Return a host as it is serialized, or None where it is none (https://url.spec.whatwg.org/#host-parsing)."""
    if text.startswith("["):
        return _ipv6(text)
    host = unquote_to_bytes(text).decode(errors="replace")
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            return None
    host = host.lower()
    if not host or _FORBIDDEN_IN_HOST.search(host):
        return None
    return _ipv4(host) if _LAST_NUMBER.fullmatch(host) else host


def _ipv6(text: str) -> str | None:
    try:
        address = IPv6Address(text[1:-1])
    except AddressValueError:
        return None
    host = f"[{_compressed(int(address))}]"
    return host if is_sent_by_browsers(f"http://{host}") else None


def _compressed(address: int) -> str:
    text = str(IPv6Address(address))
    if "." not in text:
        return text
    head = text.rpartition(":")[0]
    return f"{head}:{address >> 16 & 0xFFFF:x}:{address & 0xFFFF:x}"


def _ipv4(text: str) -> str | None:
    """Return the four numbers that a host means which ends in a number, be it octal, hexadecimal or several at once."""
    parts = text.removesuffix(".").split(".")
    if len(parts) > _IPV4_PARTS:
        return None
    try:
        numbers = [_number(part) for part in parts]
    except ValueError:
        return None
    *first, last = numbers
    if any(number > 255 for number in first) or last >= 256 ** (_IPV4_PARTS + 1 - len(numbers)):  # noqa: PLR2004
        return None
    address = last + sum(number << (8 * (3 - place)) for place, number in enumerate(first))
    return ".".join(str(address >> shift & 255) for shift in (24, 16, 8, 0))


def _number(text: str) -> int:
    if text.startswith("0x"):
        return int(text[2:] or "0", 16)
    return int(text, 8 if text.startswith("0") and len(text) > 1 else 10)
