"""`crossgate test` holds policies to what a file of tests expects of them."""

import codecs
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from crossgate import collection
from crossgate.browser.profiles import BY_NAME
from crossgate.cli.configuration import STDIN, UNUSABLE, Files, files
from crossgate.cli.failures import why
from crossgate.cli.findings import has_colours, show
from crossgate.diagnostics import Diagnostics, Severity
from crossgate.dialects.files import TESTS, read_sources
from crossgate.engine.decide import Engine
from crossgate.model.gateway import GatewayConfig
from crossgate.policy_tests.cases import CaseFile
from crossgate.policy_tests.reading import read_cases
from crossgate.policy_tests.report import sentence, title, to_object, unreached_row
from crossgate.policy_tests.run import Result, Run, run
from crossgate.policy_tests.unrouted import report_unrouted
from crossgate.records import replace
from crossgate.source import Source, escape


def test(browser: str, junit: str | None, *, coverage: bool, update: bool, **arguments: Any) -> None:
    """Play the cases of a file; ends the process with the command's exit code."""
    *paths, cases_path = arguments.pop("paths")
    given = files(paths=(), **arguments)
    _check_path(cases_path, paths, update=update)
    cases = _cases(cases_path, given)
    config, is_sound = _configuration(_configured(cases, tuple(paths), given))
    if update and not is_sound:
        message = f"`{cases_path}` is not updated: the policies have errors, and what they cover is answered 500"
        raise click.UsageError(message)
    engine = Engine(config)
    with collection.paused():
        found = run(cases.cases, engine, BY_NAME[browser])
    _warn(found, engine, given)
    if junit is not None:
        from crossgate.policy_tests.junit import to_junit

        _write(Path(junit), to_junit(found, cases.source.name), "--junit")
    if given.format == "json":
        click.echo(json.dumps(to_object(found), indent=2))
    else:
        click.echo("\n".join(_text(found, engine, colour=has_colours(sys.stdout), lists_rows=coverage)))
    failed = found.failed
    if update and failed:
        failed = _update(Path(cases_path), cases.source, found, partial(_again, engine=engine, browser=browser))
    raise SystemExit(0 if is_sound and not failed else 1)


def _check_path(path: str, before: Sequence[str], *, update: bool) -> None:
    if others := [other for other in before if other.endswith(TESTS)]:
        raise click.UsageError(f"one file of tests at a time: `{others[0]}` is one as well as `{path}`")
    if Path(path).is_dir():
        raise click.BadParameter(f"`{path}` is a folder: name the file of tests last", param_hint="CASES.yaml")
    if update and path == STDIN:
        raise click.UsageError("what comes from standard input cannot be updated: name the file of tests")


def _cases(path: str, given: Files) -> CaseFile:
    report = Diagnostics()
    found = None
    with collection.paused():
        for source in read_sources((path,), sys.stdin, report):
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
    return replace(given, paths=paths)


def _configuration(configured: Files) -> tuple[GatewayConfig, bool]:
    """Return the configuration, and whether all of it is sound: what a contained error covers is answered 500."""
    report = Diagnostics()
    config = configured.read(report)
    show(report, configured.format)
    if config is None:
        raise SystemExit(UNUSABLE)
    return config, all(found.severity is not Severity.ERROR for found in report)


def _warn(found: Run, engine: Engine, given: Files) -> None:
    report = Diagnostics()
    report_unrouted(found.results, engine, report)
    show(report, given.format)


def _text(found: Run, engine: Engine, *, colour: bool, lists_rows: bool) -> Iterator[str]:
    for result in found.failed:
        word = click.style("failed", fg="red", bold=True) if colour else "failed"
        yield f"{word}: {escape(title(result.case))}"
        yield from why(result, engine)
        yield ""
    implied = sum(result.case.is_stranger for result in found.results)
    cases = f"{len(found.results):,} case{'s' if len(found.results) != 1 else ''}"
    also = f"; tables imply {implied:,} of them" if implied else ""
    yield f"{len(found.failed) or 'none'} of {cases} failed{also}"
    covered = found.coverage
    never = f"; no request can reach {covered.unreachable} more" if covered.unreachable else ""
    yield f"{covered.rows - len(covered.unreached)} of {covered.rows} rows of the policies were reached{never}"
    shown = covered.unreached if lists_rows else ()
    yield from (f"  not reached: {escape(unreached_row(table, row))}" for table, row in shown)


def _again(source: Source, *, engine: Engine, browser: str) -> Run | None:
    """Play the cases of a text anew; None where it cannot be read."""
    cases = read_cases(source, Diagnostics())
    return None if cases is None else run(cases.cases, engine, BY_NAME[browser])


def _update(path: Path, source: Source, found: Run, again: Callable[[Source], Run | None]) -> tuple[Result, ...]:
    """Write what was observed, and return what is not as expected even then; a file that would not do is left."""
    from crossgate.policy_tests.unwritten import unwritten
    from crossgate.policy_tests.update import difference, updated

    text = updated(source, found.results)
    after = again(Source(name=source.name, text=text))
    before = {title(result.case) for result in found.failed}
    if after is None or not before.issuperset(title(result.case) for result in after.failed):
        message = f"`{path}` is not updated: what was observed cannot be written without changing other expectations"
        raise click.UsageError(f"{message} (an anchor, or a value in a form that is kept as it is)")
    click.echo(difference(source, text), err=True, nl=False)
    for result in after.failed:
        for item in result.mismatches:
            click.echo(escape(f"not written: {item.at}: {title(result.case)}: {sentence(item)}"), err=True)
            why_not, instead = unwritten(result, item)
            click.echo(f" = note: {why_not}\n = help: {instead}", err=True)
    if text != source.text:
        mark = codecs.BOM_UTF8.decode() if path.read_bytes().startswith(codecs.BOM_UTF8) else ""
        _write(path, mark + text, "CASES.yaml")
    return after.failed


def _write(path: Path, text: str, what: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise click.BadParameter(f"cannot write `{path}`: {(error.strerror or '').lower()}", param_hint=what) from error
