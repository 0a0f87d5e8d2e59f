"""`crossgate check` says whether the browser will allow a request, and which line of which file decided."""

import io
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

import click

from crossgate.browser.planned import PlannedFetch
from crossgate.browser.profiles import BY_NAME, Profile
from crossgate.cli.checked import Checked, check_fetch, with_recorded
from crossgate.cli.configuration import STDIN, UNUSABLE, Files, files
from crossgate.cli.fetches import Told, told_by
from crossgate.cli.findings import has_colours, show
from crossgate.cli.planning import Options
from crossgate.cli.remarks import remarks
from crossgate.diagnostics import Diagnostics
from crossgate.engine.decide import Engine
from crossgate.engine.routing import HandshakeFails, ListenerUnknown, listeners_for
from crossgate.model.gateway import GatewayConfig
from crossgate.model.resolve import with_endpoints
from crossgate.model.routes import Endpoint
from crossgate.records import replace


def check(
    url: str | None,
    origin: str | None,
    page: str | None,
    method: str | None,
    headers: tuple[str, ...],
    mode: str | None,
    from_curl: str | None,
    har: str | None,
    browser: str,
    connect: Endpoint | None,
    timeout: float,
    requests: str | None,
    listener: str | None,
    *,
    credentials: bool,
    curl: bool,
    live: bool,
    policies: bool,
    **arguments: Any,
) -> None:
    """Check what the arguments say; ends the process with the command's exit code."""
    given = files(**arguments)
    options = Options(
        url=url, origin=origin, page=page, method=method, headers=headers, credentials=credentials, mode=mode
    )
    _check_sources(given, from_curl=from_curl, har=har, requests=requests)
    if requests is not None:
        if options.are_given or curl or live or policies:
            raise click.UsageError("`--requests` says all of each request: leave the options of a single fetch out")
        with _opened(requests) as lines:
            raise SystemExit(_batch(_loaded(given, listener), lines, listener))
    if policies:
        if options.are_given or curl or live or from_curl is not None or har is not None:
            raise click.UsageError("`--policies` lists policies: leave the options of a fetch out")
        _list_policies(_loaded(given, listener), listener, given.format)
        return
    if (connect is not None) and not live:
        raise click.UsageError("`--connect` says where `--live` connects: write `--live` too")
    told = told_by(options, from_curl, har)
    config = _loaded(given, listener)
    checks = _checked(given, config, told, listener, BY_NAME[browser])
    checks = [_with_more(item, given.format, curl=curl, live=live, connect=connect, timeout=timeout) for item in checks]
    _show(checks, given.format, are_several=told.are_several)
    raise SystemExit(0 if all(item.is_fine for item in checks) else 1)


def _list_policies(config: GatewayConfig, listener: str | None, form: str) -> None:
    from crossgate.cli.policies import on_listener, to_json, to_text

    account = on_listener(config.attachments, listener)
    if form == "json":
        import json

        click.echo(json.dumps(to_json(account), indent=2))
    else:
        click.echo(to_text(account, colour=has_colours(sys.stdout)))


def _check_sources(given: Files, **sources: str | None) -> None:
    """See to it that each thing is read from one place."""
    named = {f"--{name.replace('_', '-')}": source for name, source in sources.items() if source is not None}
    if len(named) > 1:
        raise click.UsageError(f"{' and '.join(f'`{name}`' for name in named)} exclude each other")
    for name, source in named.items():
        if source == STDIN and STDIN in given.paths:
            what = "the requests" if name == "--requests" else f"what `{name}` reads"
            raise click.UsageError(f"standard input cannot be both the configuration and {what}")


def _loaded(given: Files, listener: str | None) -> GatewayConfig:
    config = given.load_or_exit()
    if listener is not None:
        try:
            listeners_for(config, "", 0, listener)
        except ListenerUnknown as error:
            raise click.BadParameter(str(error), param_hint="--listener") from error
    return config


def _opened(requests: str) -> BinaryIO:
    if requests == STDIN:
        return sys.stdin.buffer
    from pathlib import Path

    try:
        return Path(requests).open("rb")
    except OSError as error:
        message = f"cannot read `{requests}`: {(error.strerror or '').lower()}"
        raise click.BadParameter(message, param_hint="--requests") from error


def _batch(config: GatewayConfig, lines: BinaryIO, listener: str | None) -> int:
    from crossgate.cli.batch import answer_lines

    return 0 if answer_lines(Engine(config), lines, sys.stdout, listener=listener) else UNUSABLE


def _checked(
    given: Files,
    config: GatewayConfig,
    told: Told,
    listener: str | None,
    profile: Profile,
) -> list[Checked]:
    engine = Engine(config)
    checks = []
    for fetch, recorded in zip(told.fetches, told.recorded, strict=True):
        try:
            checked = check_fetch(
                fetch, engine, listener, profile, lambda each: _advice(each, given, profile, listener)
            )
        except ListenerUnknown as error:
            if told.is_recording:
                continue
            cure = "" if isinstance(error, HandshakeFails) else "; `--listener NAME` chooses one"
            raise click.UsageError(f"{error}{cure}") from error
        if not (told.is_recording and _is_foreign(checked)):
            checks.append(checked if recorded is None else with_recorded(checked, recorded))
    report = told.report
    for remark in remarks([item.fetch for item in checks]):
        report.add(remark)
    missing = len(told.fetches) - len(checks)
    if missing:
        message = f"{missing} of {len(told.fetches)} fetches go to hosts that the files do not know"
        report.note("other-hosts", message, None)
    show(report, given.format)
    return checks


def _is_foreign(checked: Checked) -> bool:
    """Say whether a fetch goes to a host that the configuration knows nothing of."""
    first = checked.verdict.exchanges[0].answer.decision if checked.verdict.exchanges else None
    return first is not None and first.routed.host is None


def _advice(fetch: PlannedFetch, given: Files, profile: Profile, listener: str | None) -> Any:
    from crossgate.advice.search import advise
    from crossgate.dialects.files import read_sources
    from crossgate.dialects.read import read

    def read_again(sources: Sequence[Any]) -> GatewayConfig | None:
        config = read(sources, given.options, Diagnostics())
        return None if config is None else with_endpoints(config, given.resolve)

    stdin = given.standard_input.open() if STDIN in given.paths else io.StringIO()
    sources = read_sources(given.paths, stdin, Diagnostics())
    return advise(fetch, sources, read_again, profile, listener)


def _with_more(
    checked: Checked, form: str, *, curl: bool, live: bool, connect: Endpoint | None, timeout: float
) -> Checked:
    """Return a check with the curl commands and what is live, where they are asked for."""
    if curl:
        from crossgate.cli.curl import curl_command

        checked = replace(checked, curl=tuple(curl_command(exchange) for exchange in checked.verdict.exchanges))
    if not live:
        return checked
    from crossgate.cli.live import Unreachable, compare

    try:
        found = compare(checked.fetch, checked.verdict, checked.profile, timeout=timeout, connect=connect)
    except Unreachable as error:
        report = Diagnostics()
        report.error("no-answer", f"`--live`: {error}", None, "`--connect HOST:PORT` says where the server is")
        show(report, form)
        raise SystemExit(UNUSABLE) from error
    return replace(checked, live=found)


def _show(checks: Sequence[Checked], form: str, *, are_several: bool) -> None:
    if form == "json":
        import json

        from crossgate.cli.explain import SCHEMA, to_json

        told = [to_json(item) for item in checks]
        is_fine = all(item.verdict.is_allowed for item in checks)
        every = {"schema": SCHEMA, "verdict": "allowed" if is_fine else "blocked", "fetches": told}
        click.echo(json.dumps(every if are_several else told[0], indent=2))
        return
    from crossgate.cli.prose import heading, to_text

    colour = has_colours(sys.stdout)
    for item in checks:
        is_short = are_several and item.is_fine
        click.echo(heading(item, colour=colour) if is_short else to_text(item, colour=colour))
        if are_several and not is_short:
            click.echo()
    if are_several:
        blocked = sum(not item.verdict.is_allowed for item in checks)
        otherwise = sum(not item.is_as_recorded for item in checks)
        recorded = f", {otherwise} recorded otherwise than the files say" if otherwise else ""
        click.echo(f"{blocked} of {len(checks)} fetches blocked{recorded}")
