"""`crossgate test` holds policies to what a file of tests expects of them."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from crossgate.browser.profiles import PROFILES
from crossgate.cli.configuration import UNUSABLE, Files, files, has_colours, show, takes_files_as
from crossgate.cli.failures import why
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.files import read_sources
from crossgate.engine.decide import Engine
from crossgate.policy_tests.cases import CaseFile, read_cases
from crossgate.policy_tests.report import sentence, title, to_junit, to_object, unreached_row
from crossgate.policy_tests.run import Run, run
from crossgate.policy_tests.update import difference, updated
from crossgate.source import Source, escape

_PROFILES: Final = {profile.name: profile for profile in PROFILES}


@click.command("test")
@click.option(
    "--browser",
    type=click.Choice(tuple(_PROFILES)),
    default=PROFILES[0].name,
    metavar="|".join(_PROFILES),
    show_default=True,
    help="Whose verdict counts.",
)
@click.option("--junit", metavar="FILE", help="Write the results as JUnit's XML too.")
@click.option("--coverage", is_flag=True, help="List every row that no test reached, not only their number.")
@click.option("--update", is_flag=True, help="Show and write what was observed in place of what was expected.")
@takes_files_as(("text", "json"), "[PATH…] CASES.yaml")
def command(browser: str, junit: str | None, *, coverage: bool, update: bool, **arguments: Any) -> None:
    """Hold policies to a file of tests: what browsers must be let do, and what not.

    CASES.yaml comes last. Without PATH it names its configuration itself, relative to its own folder.

    \b
    Examples:
      crossgate test examples/kong tests/shop.cors.yaml
      crossgate test shop.cors.yaml --junit results.xml

    Exit codes: 0 all is as expected, 1 something is not, 2 bad usage or unreadable files.
    """
    *paths, cases_path = arguments.pop("paths")
    given = files(paths=(), **arguments)
    cases = _cases(cases_path, given)
    configured = _configured(cases, tuple(paths), given)
    engine = Engine(configured.load_or_exit())
    found = run(cases.cases, engine, _PROFILES[browser])
    if junit is not None:
        _write(Path(junit), to_junit(found, cases.source.name), "--junit")
    if given.format == "json":
        click.echo(json.dumps(to_object(found), indent=2))
    else:
        click.echo("\n".join(_text(found, engine, colour=has_colours(sys.stdout), lists_rows=coverage)))
    if update and found.failed:
        _update(Path(cases_path), cases.source, found)
    raise SystemExit(1 if found.failed else 0)


def _cases(path: str, given: Files) -> CaseFile:
    report = Diagnostics()
    sources = list(read_sources((path,), sys.stdin, report))
    found = None
    if not report.has_errors:
        (source,) = sources
        found = read_cases(source, report)
    show(report, given.format)
    if found is None:
        raise SystemExit(UNUSABLE)
    return found


def _configured(cases: CaseFile, paths: tuple[str, ...], given: Files) -> Files:
    if not paths:
        folder = Path(cases.source.name).parent
        paths = tuple(str(folder / text.value) for text in cases.configuration)
    if not paths:
        raise click.UsageError("there is no configuration: name it before the file of tests, or in its `configuration`")
    return Files(paths=paths, options=given.options, resolve=given.resolve, format=given.format)


def _text(found: Run, engine: Engine, *, colour: bool, lists_rows: bool) -> Iterator[str]:
    for result in found.failed:
        word = click.style("failed", fg="red", bold=True) if colour else "failed"
        yield f"{word}: {escape(title(result))}"
        yield from why(result, engine)
        yield ""
    implied = sum(result.case.is_stranger for result in found.results)
    cases = f"{len(found.results)} case{'s' if len(found.results) != 1 else ''}"
    also = f"; tables imply {implied} of them" if implied else ""
    yield f"{len(found.failed) or 'none'} of {cases} failed{also}"
    reached = found.rows - len(found.unreached)
    yield f"{reached} of {found.rows} rows of the policies were reached"
    shown = found.unreached if lists_rows else ()
    yield from (f"  not reached: {escape(unreached_row(table, row))}" for table, row in shown)


def _update(path: Path, source: Source, found: Run) -> None:
    new = updated(source, found.results)
    click.echo(difference(source, new.text), err=True, nl=False)
    for item in new.left:
        click.echo(f"not written: {item.at}: {sentence(item)}", err=True)
    _write(path, new.text, "CASES.yaml")


def _write(path: Path, text: str, what: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.BadParameter(f"cannot write `{path}`: {(error.strerror or '').lower()}", param_hint=what) from error
