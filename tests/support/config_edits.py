"""Random edits of the examples, as people make them: an origin more, a method less, another path, a route gone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import yaml
from hypothesis import strategies as st

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.files import TESTS
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.model.gateway import GatewayConfig
from crossgate.source import Source

EXAMPLES: Final = Path(__file__).parents[2] / "examples"
DIALECTS: Final = ("kong", "higress", "kgateway/httproute", "kgateway/trafficpolicy")

ORIGINS: Final = (
    "http://example.net",
    "https://example.com",
    "https://a.example.org",
    "https://shop.test:8443",
    "http://a.b.example.com",
    "*",
    "null",
)
HOSTS: Final = ("cors.example", "httpbin.example.com", "api.test", "b.api.test", "*.api.test")
PATHS: Final = ("/", "/get", "/get/more", "/anything", "/headers", "/x")
METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
HEADERS: Final = ("Authorization", "Content-Type", "X-A", "Token", "*")
EXPOSED: Final = ("X-Request-Id", "X-Env-UTM", "X-B", "*")
AGES: Final = (0, 5, 60, 86400)

_LISTS: Final = {
    **dict.fromkeys(("origins", "allow_origins", "allowOrigins"), ORIGINS),
    "allow_origin_patterns": ("http://*.example.com:[*]", "https://*.example.org", "http://*.example.com"),
    **dict.fromkeys(("methods", "allow_methods", "allowMethods"), METHODS),
    **dict.fromkeys(("headers", "allow_headers", "allowHeaders"), HEADERS),
    **dict.fromkeys(("exposed_headers", "expose_headers", "exposeHeaders"), EXPOSED),
    "hostnames": HOSTS,
    "hosts": HOSTS,
    "paths": PATHS,
}
_SCALARS: Final[dict[str, tuple[Any, ...]]] = {
    **dict.fromkeys(("credentials", "allow_credentials", "allowCredentials"), (True, False)),
    **dict.fromkeys(("private_network", "preflight_continue"), (True, False)),
    **dict.fromkeys(("max_age", "maxAge"), AGES),
    "host": HOSTS,
    "path": PATHS,
}
_OPTIONAL: Final = ("private_network", "preflight_continue", "max_age", "credentials", "exposed_headers", "methods")
"""What may be added to a Kong plugin that has it not."""
_ROUTES: Final = ("routes", "rules", "plugins", "filters")


def documents(folder: str) -> list[Any]:
    """Return the documents of an example."""
    files = [path for path in sorted((EXAMPLES / folder).glob("*.yaml")) if not path.name.endswith(TESTS)]
    return [document for path in files for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))]


Editable = tuple[str, tuple[Any, ...], Callable[[Any], object]]
"""A name for an edit, the values to choose from, and what makes it."""


def edits(node: Any) -> Iterator[Editable]:
    """Yield what can be edited below a node."""
    if isinstance(node, list):
        for item in node:
            yield from edits(item)
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _of_field(node, key, value)
            yield from edits(value)
        yield from _missing(node)


def _of_field(node: dict[str, Any], key: str, value: Any) -> Iterator[Editable]:
    if key in _LISTS and isinstance(value, list) and all(isinstance(item, str) for item in value):
        yield f"toggle {key}", _LISTS[key], _toggle(value)
    elif key in _SCALARS and not isinstance(value, dict | list):
        yield f"set {key}", _SCALARS[key], _set(node, key)
    elif key in _ROUTES and isinstance(value, list) and value:
        yield f"drop of {key}", tuple(range(len(value))), value.pop


def _missing(node: dict[str, Any]) -> Iterator[Editable]:
    """Yield the fields that a Kong plugin may be given."""
    config = node.get("config")
    if node.get("name") == "cors" and isinstance(config, dict):
        for key in _OPTIONAL:
            if key not in config:
                added = ([_LISTS[key][0]], [_LISTS[key][2]]) if key in _LISTS else _SCALARS[key]
                yield f"add {key}", added, _set(config, key)


def _toggle(values: list[str]) -> Callable[[Any], None]:
    return lambda value: values.remove(value) if value in values else values.append(value)


def _set(node: dict[str, Any], key: str) -> Callable[[Any], None]:
    return lambda value: node.__setitem__(key, value)


@st.composite
def edited(draw: st.DrawFn, folder: str, least: int = 0) -> str:
    """Draw an example with up to three edits, as the text of one file."""
    found = documents(folder)
    for _ in range(draw(st.integers(least, 3))):
        _, values, edit = draw(st.sampled_from(list(edits(found))))
        edit(draw(st.sampled_from(values)))
    return yaml.safe_dump_all(found)


def usable(text: str) -> GatewayConfig | None:
    """Read a configuration; None where it has an error of any kind."""
    report = Diagnostics()
    config = read([Source(name="a.yaml", text=text)], ReadOptions(), report)
    return None if any(found.severity.value == "error" for found in report) else config
