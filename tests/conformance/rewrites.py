"""The table of `cases/kong/paths.yaml` as cases: which path of a request reaches the upstream as which."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

HOST: Final = "kong.test"
FOLLOWED_BY: Final = {"v0": "each", "v1": "router traditional"}
"""The versions of a case for each `path_handling`."""


def rewriting_cases(rows: Sequence[Sequence[Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the cases of rows: the service's path, the route's, what is done with them, the request's, what is seen."""
    for base, path, strips, handlings, asked, seen in rows:
        for strip in strips if isinstance(strips, list) else [strips]:
            for handling in handlings if isinstance(handlings, list) else [handlings]:
                match = {"hosts": [HOST]} if path is None else {"paths": [path]}
                route = {"name": "r", "strip_path": strip, "path_handling": handling, **match}
                service = {"name": "s", "host": "upstream", **({} if base is None else {"path": base})}
                yield {
                    "id": f"{base} {path} {'stripped' if strip else 'kept'} {handling} {asked}",
                    "configuration": {"_format_version": "3.0", "services": [{**service, "routes": [route]}]},
                    "request": {"url": f"http://{HOST}{asked}"},
                    "expect": {FOLLOWED_BY[handling]: {"by": "upstream", "status": 200, "target": seen}},
                }
