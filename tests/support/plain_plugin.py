"""The plugin's releases 1.0.0 and 2.0.2 as plain functions of a configuration and a request: what emulation must equal.

Written from measurements of the releases, step by step and without tables; it shares no code with the dialect.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

METHODS: Final = "GET, PUT, POST, DELETE, PATCH, OPTIONS"
HEADERS: Final = (
    "DNT,X-CustomHeader,Keep-Alive,User-Agent,X-Requested-With,"
    "If-Modified-Since,Cache-Control,Content-Type,Authorization"
)
EVERY_METHOD: Final = f"{METHODS}, HEAD, TRACE, CONNECT"
HEX: Final = frozenset("0123456789abcdefABCDEF")
IN_HOSTS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~!$&'()*+,;=:[]<>\"")
IN_USERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:~!$&'()*+,;=%@")

FORWARDED: Final = 0
"""Stands in place of a status where the upstream answers."""

Lines = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the plugin does: a status of its own or `FORWARDED`, its body, what it removes and what it adds."""

    status: int = FORWARDED
    body: str = ""
    removed: frozenset[str] = frozenset()
    added: Lines = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Config:
    """A configuration as a release keeps it."""

    origins: Sequence[str]
    patterns: Sequence[str]
    methods: Sequence[str]
    headers: Sequence[str]
    exposed: Sequence[str]
    credentials: bool
    max_age: int


def answer(
    release: str, written: Mapping[str, Any], scheme: str, host: str, method: str, sent: Mapping[str, str]
) -> Answer:
    """Return what a release does with a request; `sent` are its headers, trimmed, by lower-case name."""
    is_first = release == "1.0.0"
    config = kept(written, is_first=is_first)
    removed = {"origin", "methods", "expose", "credentials", "max-age"} | (set() if is_first else {"headers"})
    stripped = frozenset(NAMES[key] for key in removed)
    banner = [("x-cors-version", "1.0.0" if is_first else "2.0.1")]
    origin = sent.get("origin", "").strip().removesuffix("/")
    asked, names = sent.get("access-control-request-method", "").strip(), sent.get("access-control-request-headers", "")
    is_preflight = bool(origin) and method == "OPTIONS" and bool(asked)
    if not is_cross(scheme, host, origin):
        if is_preflight and is_first:
            return Answer(status=200, added=banner)
        return Answer(removed=stripped, added=banner)
    granted = grant(config, origin, asked if is_preflight else method, names.strip(), is_preflight, is_first)
    if granted is None:
        if is_first:
            return Answer(status=403, body="Invalid CORS request", added=banner)
        return Answer(status=204, added=banner) if is_preflight else Answer(removed=stripped, added=banner)
    if is_preflight:
        varying = [] if is_first else [("vary", "Origin"), ("vary", "Origin")]
        return Answer(status=200 if is_first else 204, added=[*banner, *granted, *varying])
    return Answer(removed=stripped, added=[*banner, *granted, *([] if is_first else [("vary", "Origin")])])


NAMES: Final = {
    "origin": "access-control-allow-origin",
    "methods": "access-control-allow-methods",
    "headers": "access-control-allow-headers",
    "expose": "access-control-expose-headers",
    "credentials": "access-control-allow-credentials",
    "max-age": "access-control-max-age",
}


def kept(written: Mapping[str, Any], *, is_first: bool) -> Config:
    """Read a configuration: nothing is refused."""
    origins = [text if text == "*" else text.removesuffix("/") for text in starred(written.get("allow_origins"))]
    patterns = [text.removesuffix("/").lower() for text in texts(written.get("allow_origin_patterns"))]
    credentials = is_true(written.get("allow_credentials")) and origins[:1] != ["*"]
    if not origins and not patterns and not credentials:
        origins = ["*"]
    methods = [text.upper() for text in starred(written.get("allow_methods"))]
    headers = starred(written.get("allow_headers"))
    age = whole(written.get("max_age"))
    return Config(
        origins=origins,
        patterns=patterns,
        methods=methods or ([METHODS] if is_first else METHODS.split(", ")),
        headers=headers or ([HEADERS] if is_first else HEADERS.split(",")),
        exposed=starred(written.get("expose_headers")),
        credentials=credentials,
        max_age=age if age > 0 else 86400,
    )


def texts(value: Any) -> list[str]:
    items = [] if value is None else value if isinstance(value, list) else [value]
    return [text for item in items if (text := as_text(item).strip())]


def starred(value: Any) -> list[str]:
    found: list[str] = []
    for text in texts(value):
        found = [text] if text == "*" else [*found, text]
    return found


def as_text(item: Any) -> str:
    if item is None:
        return ""
    if isinstance(item, str):
        return item
    if isinstance(item, float) and item.is_integer():
        return str(int(item))
    return json.dumps(item, separators=(",", ":"))


def is_true(value: Any) -> bool:
    if isinstance(value, str):
        return value.lower() in {"1", "t", "true"}
    return bool(value) if isinstance(value, bool | int | float) else False


def whole(value: Any) -> int:
    if isinstance(value, str):
        digits = value.removeprefix("-")
        return int(value) if digits.isascii() and digits.isdecimal() else 0
    return int(value) if isinstance(value, bool | int | float) else 0


def grant(config: Config, origin: str, method: str, names: str, is_preflight: bool, is_first: bool) -> Lines | None:  # noqa: FBT001
    """Return the headers of a grant, or None where a check fails."""
    if not is_allowed_origin(config, origin, is_first=is_first):
        return None
    methods = first_methods(config, method) if is_first else second_methods(config, method)
    headers = first_headers(config, names) if is_first else second_headers(config, names)
    if methods is None or (is_preflight and headers is None):
        return None
    found = [(NAMES["origin"], origin)]
    if is_preflight:
        found.append((NAMES["methods"], methods))
        if headers:
            found.append((NAMES["headers"], headers))
        found.append((NAMES["max-age"], str(config.max_age)))
    if config.exposed:
        found.append((NAMES["expose"], ",".join(config.exposed)))
    return [*found, (NAMES["credentials"], "true")] if config.credentials else found


def first_methods(config: Config, method: str) -> str | None:
    for allowed in config.methods:
        if allowed == "*":
            return EVERY_METHOD
        if allowed.lower() == method.lower():
            return ",".join(config.methods)
    return None


def second_methods(config: Config, method: str) -> str | None:
    split = members(",".join(config.methods))
    for allowed in split:
        if allowed == "*":
            return method
        if allowed.lower() == method.lower():
            return ",".join(split)
    return None


def first_headers(config: Config, names: str) -> str | None:
    if not names:
        return ",".join(config.headers)
    if config.headers[0] == "*":
        return names
    known = {name.lower() for name in config.headers}
    return ",".join(config.headers) if all(name.lower() in known for name in names.split(",")) else None


def second_headers(config: Config, names: str) -> str | None:
    split, asked = members(",".join(config.headers)), members(names)
    if "*" in split:
        return ",".join(asked)
    if not split:
        return None
    if not asked:
        return ",".join(split)
    known = {name.lower() for name in split}
    return ",".join(config.headers) if all(name.lower() in known for name in asked) else None


def members(text: str) -> list[str]:
    return [member for part in text.split(",") if (member := part.strip())]


def is_allowed_origin(config: Config, origin: str, *, is_first: bool) -> bool:
    lower = origin.lower()
    if any(allowed == "*" or allowed.lower() == lower for allowed in config.origins):
        return True
    return any(pattern == "*" or is_in_pattern(pattern, lower, is_whole=not is_first) for pattern in config.patterns)


def is_in_pattern(pattern: str, origin: str, *, is_whole: bool) -> bool:
    found = re.search(r"(.*):\[(\*|[0-9]+(,[0-9]+)*)\]", pattern)
    text, end = (pattern, "") if found is None else (found[1], found[2])
    made = ".*".join(re.escape(part) for part in text.split("*"))
    if end:
        made += r"(:[0-9]+)?" if end == "*" else f":({end.replace(',', '|')})"
    return (re.fullmatch if is_whole else re.search)(made, origin) is not None


def is_cross(scheme: str, host: str, origin: str) -> bool:
    """Say whether a request is a CORS request to a release: its origin is a URL, of another place."""
    parts = parsed(origin)
    return bool(origin) and parts is not None and (parts[0] != scheme or cut(host, scheme) != cut(parts[1], scheme))


def cut(authority: str, scheme: str) -> tuple[str, str]:
    parts = authority.lower().split(":")
    port = parts[1] if len(parts) > 1 else ""
    return parts[0], port or {"http": "80", "https": "443"}[scheme]


def parsed(text: str) -> tuple[str, str] | None:
    """Return scheme and host of a URL as `net/url` reads it, None where it refuses."""
    text, _, fragment = text.partition("#")
    if not are_escapes(fragment):
        return None
    scheme, rest = scheme_of(text)
    if scheme is None:
        return None
    rest = rest.partition("?")[0]
    if not rest.startswith("/"):
        if scheme:
            return scheme, ""
        return ("", "") if ":" not in rest.split("/")[0] and are_escapes(rest) else None
    host = ""
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        found = host_of(authority)
        if found is None:
            return None
        host, rest = found, slash + path
    return (scheme, host) if are_escapes(rest) else None


def scheme_of(text: str) -> tuple[str | None, str]:
    for place, letter in enumerate(text):
        if letter.isascii() and letter.isalpha():
            continue
        if letter == ":":
            return (text[:place].lower(), text[place + 1 :]) if place else (None, "")
        if place and (letter in "+-." or (letter.isascii() and letter.isdigit())):
            continue
        break
    return "", text


def host_of(authority: str) -> str | None:
    user, at, host = authority.rpartition("@")
    if at and (not set(user) <= IN_USERS or not are_escapes(user)):
        return None
    if host.startswith("["):
        end = host.rfind("]")
        port = host[end + 1 :]
        if end < 0:
            return None
    else:
        colon = host.rfind(":")
        port = host[colon:] if colon >= 0 else ""
    if port and not (port[0] == ":" and (port[1:].isdecimal() or not port[1:])):
        return None
    place = 0
    while place < len(host):
        if host[place] == "%":
            code = host[place + 1 : place + 3]
            if len(code) < 2 or not set(code) <= HEX or (int(code[0], 16) < 8 and code != "25"):
                return None
            place += 3
        elif host[place].isascii() and host[place] not in IN_HOSTS:
            return None
        else:
            place += 1
    return host


def are_escapes(text: str) -> bool:
    return all(set(part[:2]) <= HEX and len(part) >= 2 for part in text.split("%")[1:])
