"""The table of `cases/kong/paths.yaml` as cases: which path of a request reaches the upstream as which."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

HOST = "kong.test"


def rewriting_cases(rows: Sequence[Sequence[Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the cases of rows: the service's path, the route's, whether it is stripped, the request's, what is seen."""
    for base, path, strips, asked, seen in rows:
        for strip in strips if isinstance(strips, list) else [strips]:
            match = {"hosts": [HOST]} if path is None else {"paths": [path]}
            service = {"name": "s", "host": "upstream", **({} if base is None else {"path": base})}
            yield {
                "id": f"{base} {path} {'stripped' if strip else 'kept'} {asked}",
                "configuration": {
                    "_format_version": "3.0",
                    "services": [{**service, "routes": [{"name": "r", "strip_path": strip, **match}]}],
                },
                "request": {"url": f"http://{HOST}{asked}"},
                "expect": {"each": {"by": "upstream", "status": 200, "target": seen}},
            }
