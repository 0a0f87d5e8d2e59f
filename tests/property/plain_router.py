"""The routers of Kong, written down from the documents as plainly as can be: every rule in its order, nothing shared.

A route is the mapping that a file has; a request is method, authority, path and headers. Sources: the documents on the
flavours `traditional_compatible` (its priority is one number of 64 bits) and `traditional` (categories, then weights).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cmp_to_key
from typing import Any
from uuid import UUID, uuid5

LISTENS = 8000
DEFAULT = 80
Route = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request."""

    method: str = "GET"
    authority: str = "a.test"
    path: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)


def compatible(routes: list[Route], asked: Asked) -> str | None:
    """Return the name of the route that `traditional_compatible` takes: the highest number, then the larger id."""
    found = [
        (_number(route, paths), UUID(route_id), route["name"])
        for route in routes
        for paths, route_id in _split(route)
        if _matches(route, paths, asked, LISTENS)
    ]
    return max(found)[2] if found else None


def _split(route: Route) -> Iterator[tuple[list[str], str]]:
    """Yield the matchers of a route: one for all its expressions, one for its prefixes of each length."""
    paths = route.get("paths", [])
    kinds = list(dict.fromkeys(_kind(path) for path in paths))
    if len(kinds) <= 1:
        yield paths, route["id"]
        return
    for number, kind in enumerate(kinds, start=1):
        own = uuid5(UUID("7f145bf9-0dce-4f91-98eb-debbce4b9f6b"), f"{route['id']}#{number}")
        yield [path for path in paths if _kind(path) == kind], str(own)


def _kind(path: str) -> int:
    return 0 if path.startswith("~") else len(path)


def _number(route: Route, paths: list[str]) -> int:
    hosts, headers = route.get("hosts", []), route.get("headers", {})
    fields = sum(map(bool, (route.get("methods"), hosts, headers, paths)))
    plain = bool(hosts) and not any("*" in host for host in hosts)
    regex = any(path.startswith("~") for path in paths)
    length = 0 if regex or not paths else len(paths[0])
    priority = route.get("regex_priority", 0) if regex else 0
    return fields << 61 | plain << 60 | len(headers) << 52 | regex << 51 | priority << 19 | length


def traditional(routes: list[Route], asked: Asked) -> str | None:
    """Return the name of the route that `traditional` takes."""
    parts = [
        (place, {**route, "paths": [path] if path else []})
        for place, route in enumerate(routes)
        for path in route.get("paths") or [None]
    ]
    found = [(place, part) for place, part in parts if _matches(part, part["paths"], asked, DEFAULT, is_single=True)]

    def compared(one: tuple[int, Route], other: tuple[int, Route]) -> int:
        return _compared(one, other, asked)

    found.sort(key=cmp_to_key(compared))
    return found[0][1]["name"] if found else None


def _compared(one: tuple[int, Route], other: tuple[int, Route], asked: Asked) -> int:
    for rule in (_fields, _category, _at_port, _weight, _header_count, _regex_priority, _length):
        first, second = rule(one[1], asked), rule(other[1], asked)
        if first != second:
            return -1 if first > second else 1
    ages = [route.get("created_at", float("inf")) for _, route in (one, other)]
    return -1 if (ages[0], one[0]) < (ages[1], other[0]) else 1


def _fields(route: Route, _: Asked) -> int:
    return sum(bool(route.get(name)) for name in ("hosts", "headers", "paths", "methods"))


def _category(route: Route, _: Asked) -> int:
    bits = {"hosts": 0x40, "headers": 0x20, "paths": 0x10, "methods": 0x08}
    return sum(bit for name, bit in bits.items() if route.get(name))


def _at_port(route: Route, asked: Asked) -> bool:
    """Say whether a host is written with the request's port and without a wildcard: it is looked up first."""
    return any(
        ":" in host and "*" not in host and _is_host(host, asked.authority, DEFAULT) for host in route.get("hosts", [])
    )


def _weight(route: Route, _: Asked) -> int:
    hosts = route.get("hosts", [])
    with_port = any("*" in host and ":" in host for host in hosts)
    plain = bool(hosts) and not any("*" in host for host in hosts)
    return 4 * with_port + 2 * plain + any(path.startswith("~") for path in route["paths"])


def _header_count(route: Route, _: Asked) -> int:
    return len(route.get("headers", {}))


def _regex_priority(route: Route, _: Asked) -> int:
    return route.get("regex_priority", 0) if any(path.startswith("~") for path in route["paths"]) else 0


def _length(route: Route, _: Asked) -> int:
    return max((len(path) for path in route["paths"] if not path.startswith("~")), default=0)


def _matches(route: Route, paths: list[str], asked: Asked, implied: int, *, is_single: bool = False) -> bool:
    methods, hosts, headers = route.get("methods", []), route.get("hosts", []), route.get("headers", {})
    return (
        (not methods or asked.method in methods)
        and (not hosts or any(_is_host(host, asked.authority, implied) for host in hosts))
        and (not paths or any(_is_path(path, asked.path) for path in paths))
        and all(_is_header(values, asked.headers.get(name), is_single=is_single) for name, values in headers.items())
    )


def _is_host(written: str, authority: str, implied: int) -> bool:
    name, _, port = written.partition(":")
    host, _, asked = authority.partition(":")
    if port and int(port) != int(asked or implied):
        return False
    if name.startswith("*"):
        return host.endswith(name[1:]) and host != name[1:]
    if name.endswith("*"):
        return host.startswith(name[:-1]) and host != name[:-1]
    return host == name


def _is_path(written: str, path: str) -> bool:
    if written.startswith("~"):
        return re.match(written[1:].replace("(?<", "(?P<"), path) is not None
    return path.startswith(written)


def _is_header(values: list[str], sent: str | None, *, is_single: bool) -> bool:
    if sent is None:
        return False
    if is_single and len(values) > 1:
        return sent.lower() in [value.lower() for value in values]
    return any(
        re.search(value[2:].lower(), sent.lower()) is not None
        if value.startswith("~*")
        else value.lower() == sent.lower()
        for value in values
    )
