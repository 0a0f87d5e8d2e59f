"""Every table of `docs/kong-router.md` that has requests, asked of the file before it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.engine.decide import Engine
from crossgate.engine.regex import replaced
from crossgate.engine.request import Request, admit
from crossgate.engine.respond import Response, respond
from crossgate.model.routes import Forward
from crossgate.source import Source

PAGE = Path(__file__).parents[2] / "docs" / "kong-router.md"
FILE = re.compile(r"```yaml\n(?P<file>.*?)```\n\n(?P<table>(?:\|[^\n]*\n)+)", re.DOTALL)
REQUEST = re.compile(r"`(?P<method>[A-Z]+) (?P<url>[^`]+)`(?: with `(?P<name>[^:]+): (?P<value>[^`]+)`)?")
PORT = 8000


@dataclass(frozen=True, kw_only=True)
class Row:
    file: str
    request: str
    cells: dict[str, str]


def rows() -> Iterator[Row]:
    for found in FILE.finditer(PAGE.read_text(encoding="utf-8")):
        head, _, *lines = (
            [cell.strip() for cell in line.strip("|").split("|")] for line in found["table"].splitlines()
        )
        for line in lines:
            cells = dict(zip(head, line, strict=True))
            yield Row(file=found["file"], request=cells.pop("request"), cells=cells)


ROWS = list(rows())


def test_there_are_tables() -> None:
    assert len({row.file for row in ROWS}) >= 4
    assert len(ROWS) >= 25


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.request)
def test_a_request_is_answered_as_the_page_says(row: Row) -> None:
    asked = REQUEST.fullmatch(row.request)
    assert asked is not None
    report = Diagnostics()
    config = read([Source(name="kong.yaml", text=row.file)], ReadOptions(), report)
    assert config is not None, "\n".join(map(str, report))
    engine = Engine(config)
    request = admit(asked["method"], asked["url"], [(asked["name"], asked["value"])] if asked["name"] else [])
    assert isinstance(request, Request)
    decision = engine.decide(request, port=PORT)
    route = decision.routed.route
    found = {"route": "none" if route is None else f"`{route.name.removeprefix('Route/')}`"}
    found["status"] = str(respond(engine.conditions, decision, Response()).status)
    if route is not None and isinstance(route.target, Forward):
        rewrite = route.target.path_rewrite
        path = request.path if rewrite is None else replaced(rewrite.pattern, rewrite.substitution, request.path)
        found["upstream's path"] = f"`{path}`"
    assert {key: found[key] for key in row.cells} == row.cells
