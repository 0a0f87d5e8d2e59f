"""URLs of http and https as browsers read them: what a page fetches, what a `Location` leads to, which origin it has.

Source: https://url.spec.whatwg.org/#url-parsing. Of URLs of other schemes only the scheme is known: their origin is
opaque, and no CORS request goes to them. This module knows nothing of requests.
"""

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct

from crossgate.fetch.host import parse_host
from crossgate.fetch.origin import DEFAULT_PORTS, OPAQUE
from crossgate.fetch.ports import LARGEST
from crossgate.records import replace

_TRIMMED: Final = "".join(chr(code) for code in range(0x21))
_DROPPED: Final = str.maketrans("", "", "\t\n\r")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_SCHEME: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):")
_PLACE: Final = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>[0-9]*))?")
_END_OF_AUTHORITY: Final = re.compile(r"[/\\?#]")
_IN_USER: Final = re.compile(r"""[^!-~]|["#/:;<=>?@\[\\\]^`{|}]""")
_IN_PATH: Final = re.compile(r"""[^!-~]|["#<>?^`{}]""")
_IN_QUERY: Final = re.compile(r"""[^!-~]|["#'<>]""")
_IN_FRAGMENT: Final = re.compile(r"""[^!-~]|["<>`]""")
"""What is percent-encoded in each part; a `%` never is (https://url.spec.whatwg.org/#percent-encoded-bytes).

A class that goes up to U+10FFFF would take milliseconds to compile, its contrary takes none."""
_DOT: Final = frozenset({".", "%2e"})
_TWO_DOTS: Final = frozenset({"..", ".%2e", "%2e.", "%2e%2e"})


class Url(Struct, frozen=True, kw_only=True):
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


@lru_cache(maxsize=256)
def parse_url(text: str, base: Url | None = None) -> Url | None:
    """Return the URL that `text` means, beside `base` where it is relative; None where it means none."""
    text = _SURROGATE.sub("\ufffd", text).strip(_TRIMMED).translate(_DROPPED)
    found = _SCHEME.match(text)
    scheme = found["scheme"].lower() if found else None
    rest = text[found.end() :] if found else text
    if scheme is not None and scheme not in DEFAULT_PORTS:
        return Url(scheme=scheme)
    is_relative = base is not None and base.is_http and scheme in {None, base.scheme}
    slashes = len(rest) - len(rest.lstrip("/\\"))
    if base is not None and is_relative and slashes < 2:  # noqa: PLR2004 - `//` begins an authority
        return _beside(base, rest)
    if scheme is None:
        return _absolute(base.scheme, rest[slashes:]) if base is not None and base.is_http else None
    return _absolute(scheme, rest[slashes:])


@lru_cache(maxsize=256)
def as_sent(text: str) -> str | None:
    """Return the URL that requests for the URL `text` name: without its fragment; None where `text` is no URL.

    What is not http or https is kept as it is.
    """
    url = parse_url(text)
    if url is None:
        return None
    return str(replace(url, fragment=None)) if url.is_http else text


def _absolute(scheme: str, rest: str) -> Url | None:
    """Read what follows the slashes: an authority, and all behind it."""
    end = _END_OF_AUTHORITY.search(rest)
    authority, rest = (rest, "") if end is None else (rest[: end.start()], rest[end.start() :])
    user, _, place = authority.rpartition("@")
    found = _PLACE.fullmatch(place)
    host = None if found is None else parse_host(found["host"])
    if found is None or not host:
        return None
    digits = (found["port"] or "").lstrip("0") or "0"
    if len(digits) > len(str(LARGEST)) or int(digits) > LARGEST:
        return None
    username, _, password = user.partition(":")
    port = int(digits) if found["port"] else None
    url = Url(
        scheme=scheme,
        username=_encoded(username, _IN_USER),
        password=_encoded(password, _IN_USER),
        host=host,
        port=None if port == DEFAULT_PORTS[scheme] else port,
    )
    return _beside(replace(url, path="/"), rest)


def _beside(base: Url, text: str) -> Url:
    """Read a path, a query and a fragment, any of which may be left out, relative to a URL."""
    text, hash_sign, fragment = text.partition("#")
    path, question_mark, query = text.partition("?")
    path = path.replace("\\", "/")
    url = replace(base, fragment=_encoded(fragment, _IN_FRAGMENT) if hash_sign else None)
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


def _encoded(text: str, characters: re.Pattern[str]) -> str:
    return characters.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)
