"""`crossgate test` holds policies to what a file of tests expects of them."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from crossgate.browser.profiles import PROFILES
from crossgate.cli.configuration import UNUSABLE, Files, files
from crossgate.cli.failures import why
from crossgate.cli.findings import has_colours, show
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.files import read_sources
from crossgate.engine.decide import Engine
from crossgate.policy_tests.cases import CaseFile, read_cases
from crossgate.policy_tests.report import sentence, title, to_junit, to_object, unreached_row
from crossgate.policy_tests.run import Run, run
from crossgate.policy_tests.update import difference, updated
from crossgate.source import Source, escape

_PROFILES: Final = {profile.name: profile for profile in PROFILES}


def test(browser: str, junit: str | None, *, coverage: bool, update: bool, **arguments: Any) -> None:
    """Play the cases of a file; ends the process with the command's exit code."""
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
