"""`crossgate diff` says what a change of configuration, or of documents, changes for browsers."""

import sys
from collections.abc import Mapping
from typing import Any, Final

import click

from crossgate.cli.configuration import STDIN, Files, files
from crossgate.cli.differences import to_json, to_text
from crossgate.cli.findings import has_colours
from crossgate.cli.markdown import to_markdown
from crossgate.comparison.compare import Comparison, compare
from crossgate.comparison.kinds import OPENING
from crossgate.engine.decide import Engine
from crossgate.records import replace

_SIDES: Final = 2
_MANY: Final = 200
"""Places, from which on a terminal is told how far it is."""


def diff(
    fail_on: str,
    old_documents: Mapping[str, str],
    new_documents: Mapping[str, str],
    old_emulate: Mapping[str, str],
    new_emulate: Mapping[str, str],
    **arguments: Any,
) -> None:
    """Compare two configurations; ends the process with the command's exit code."""
    given = files(**arguments)
    if len(given.paths) != _SIDES:
        raise click.UsageError(f"two configurations are compared, OLD and NEW: there are {len(given.paths)}")
    if given.paths == (STDIN, STDIN):
        raise click.UsageError("standard input cannot be both OLD and NEW")
    old = _side(given, 0, old_documents, old_emulate)
    new = _side(given, 1, new_documents, new_emulate)
    before, after = Engine(old.load_or_exit()), Engine(new.load_or_exit())
    found = compare(before, after, _progress)
    match given.format:
        case "json":
            click.echo(to_json(found, before, after))
        case "markdown":
            click.echo(to_markdown(found, before, after))
        case _:
            click.echo(to_text(found, before, after, colour=has_colours(sys.stdout)))
    raise SystemExit(int(_fails(found, fail_on)))


def _side(given: Files, place: int, documents: Mapping[str, str], emulate: Mapping[str, str]) -> Files:
    """Return the files of one side; what is said of it alone takes the place of what is said of both."""
    if twice := sorted(set(documents) & set(emulate)):
        raise click.BadParameter(f"documents and releases of `{twice[0]}` exclude each other")
    said = set(documents) | set(emulate)
    both = given.options
    options = replace(
        both,
        documents={**{name: text for name, text in both.documents.items() if name not in said}, **documents},
        emulate={**{name: text for name, text in both.emulate.items() if name not in said}, **emulate},
    )
    return replace(given, paths=(given.paths[place],), options=options)


def _fails(found: Comparison, fail_on: str) -> bool:
    match fail_on:
        case "any":
            return bool(found.differences)
        case "never":
            return False
        case _:
            return bool(found.unsettled) or any(difference.kind in OPENING for difference in found.differences)


def _progress(done: int, places: int) -> None:
    """Tell a terminal how far it is, where that takes a while."""
    if places >= _MANY and sys.stderr.isatty():
        click.echo(f"\r{done:,} of {places:,} places compared", err=True, nl=done == places)
