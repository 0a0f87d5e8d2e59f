"""`crossgate check` says whether the browser will allow a request, and which line of which file decided."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import play
from crossgate.cli.configuration import UNUSABLE, files, show, takes_files
from crossgate.cli.explain import Answered, ask, to_json, to_text
from crossgate.diagnostics import Diagnostics
from crossgate.engine.decide import Engine
from crossgate.engine.request import split_url
from crossgate.fetch.methods import is_token, normalize_method
from crossgate.fetch.origin import OPAQUE, parse_origin
from crossgate.model.gateway import GatewayConfig


@click.command("check")
@takes_files
@click.option("--url", metavar="URL", help="What the page fetches.")
@click.option("--origin", metavar="ORIGIN", help="The page's origin, such as https://app.example; or `null`.")
@click.option("--method", metavar="M", default="GET", show_default=True, help="The method of the fetch.")
@click.option(
    "--request-header",
    "headers",
    multiple=True,
    metavar="NAME[: VALUE]",
    help="A request header that the page sets; repeatable.",
)
@click.option("--credentials", is_flag=True, help="The fetch has credentials: cookies, certificates, passwords.")
@click.option(
    "--requests", metavar="FILE", help="Answer requests instead, one JSON object a line; `-`: standard input."
)
@click.option("--listener", metavar="NAME", help="The listener that the requests arrive at.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="For people or programs.")
def command(
    url: str | None,
    origin: str | None,
    method: str,
    headers: tuple[str, ...],
    requests: str | None,
    listener: str | None,
    *,
    credentials: bool,
    **arguments: Any,
) -> None:
    """Say whether a browser allows a fetch, and why.

    \b
    Examples:
      crossgate check examples/higress --url http://httpbin.example.com/get \\
          --origin http://app.example.com --method PATCH --request-header Token
      crossgate check examples/kong --requests requests.jsonl

    Exit codes: 0 the browser allows it, 1 it blocks, 2 bad usage or unreadable configuration. With --requests: 0 every
    line was answered, whatever the verdict; 2 a line was no request.
    """
    given = files(**arguments)
    if requests is not None:
        if url is not None or origin is not None:
            raise click.UsageError("--requests answers the lines of a file: leave --url and --origin out")
        raise SystemExit(_batch(given.load_or_exit(), requests, listener, is_stdin_taken="-" in given.paths))
    fetch = _planned(url, origin, method, headers, credentials=credentials)
    config = given.load_or_exit()
    raise SystemExit(_single(config, fetch, listener, given.format))


def _batch(config: GatewayConfig, requests: str, listener: str | None, *, is_stdin_taken: bool) -> int:
    from crossgate.cli.batch import answer_lines

    engine = Engine(config)
    if requests == "-":
        if is_stdin_taken:
            raise click.UsageError("standard input cannot be both the configuration and the requests")
        return 0 if answer_lines(engine, sys.stdin.buffer, sys.stdout, listener=listener) else UNUSABLE
    try:
        with Path(requests).open("rb") as lines:
            return 0 if answer_lines(engine, lines, sys.stdout, listener=listener) else UNUSABLE
    except OSError as error:
        raise click.UsageError(f"`{requests}` cannot be read: {error.strerror}") from error


def _planned(
    url: str | None, origin: str | None, method: str, headers: tuple[str, ...], *, credentials: bool
) -> PlannedFetch:
    """Return the planned fetch; what no browser could plan is bad usage."""
    if url is None or origin is None:
        raise click.UsageError("write --url and --origin for one fetch, or --requests for a file of requests")
    try:
        split_url(url)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--url") from error
    if origin != OPAQUE and parse_origin(origin) is None and parse_origin(origin.removesuffix("/")) is None:
        raise click.BadParameter(f"`{origin}` is no origin: write SCHEME://HOST[:PORT]", param_hint="--origin")
    if not is_token(method):
        raise click.BadParameter(f"`{method}` is no method", param_hint="--method")
    return PlannedFetch(
        origin=origin,
        url=url,
        method=normalize_method(method),
        headers=tuple(_header(text) for text in headers),
        credentials=credentials,
    )


def _header(text: str) -> tuple[str, str | None]:
    name, colon, value = text.partition(":")
    if not is_token(name.strip()):
        raise click.BadParameter(f"`{name}` is no header name", param_hint="--request-header")
    return name.strip(), value.strip() if colon else None


def _single(config: GatewayConfig, fetch: PlannedFetch, listener: str | None, form: str) -> int:
    engine = Engine(config)

    def answer(method: str, headers: tuple[tuple[str, str], ...]) -> Answered:
        return ask(engine, fetch.url, method, headers, listener)

    try:
        verdict = play(fetch, answer)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    report = Diagnostics()
    if form == "json":
        click.echo(json.dumps(to_json(fetch, verdict, engine), indent=2, ensure_ascii=False))
    else:
        click.echo(to_text(fetch, verdict, engine, colour=sys.stdout.isatty()))
    show(report, form)
    return 0 if verdict.is_allowed else 1
