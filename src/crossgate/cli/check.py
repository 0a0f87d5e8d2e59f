"""`crossgate check` says whether the browser will allow a request, and which line of which file decided."""

import json
import re
import sys
from pathlib import Path
from typing import Any, BinaryIO, Final

import click

from crossgate.browser.exchanges import Sent
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import play
from crossgate.cli.answered import Answered, ask
from crossgate.cli.configuration import STDIN, UNUSABLE, Files, files, has_colours, show, takes_files
from crossgate.diagnostics import Diagnostics
from crossgate.engine.decide import Engine
from crossgate.engine.request import split_url
from crossgate.engine.routing import ListenerUnknown, listeners_for
from crossgate.fetch.methods import is_token, normalize_method
from crossgate.fetch.origin import OPAQUE, as_browsers_send, is_sent_by_browsers, parse_origin
from crossgate.model.gateway import GatewayConfig

_HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@click.command("check")
@click.option("--url", metavar="URL", help="What the page fetches.")
@click.option("--origin", metavar="ORIGIN", help="The page's origin: https://app.example, or `null`.")
@click.option("--method", metavar="M", help="The method of the fetch.  [default: GET]")
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
@takes_files
def command(
    url: str | None,
    origin: str | None,
    method: str | None,
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
    if requests is None:
        fetch = _planned(url, origin, method or "GET", headers, credentials=credentials)
        raise SystemExit(_single(_loaded(given, listener), fetch, listener, given.format))
    if credentials or headers or any(option is not None for option in (url, origin, method)):
        raise click.UsageError("`--requests` says all of each request: leave the options of a single fetch out")
    if requests == STDIN and STDIN in given.paths:
        raise click.UsageError("standard input cannot be both the configuration and the requests")
    with _opened(requests) as lines:
        raise SystemExit(_batch(_loaded(given, listener), lines, listener))


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
    try:
        return Path(requests).open("rb")
    except OSError as error:
        message = f"cannot read `{requests}`: {(error.strerror or '').lower()}"
        raise click.BadParameter(message, param_hint="--requests") from error


def _batch(config: GatewayConfig, lines: BinaryIO, listener: str | None) -> int:
    from crossgate.cli.batch import answer_lines

    return 0 if answer_lines(Engine(config), lines, sys.stdout, listener=listener) else UNUSABLE


def _planned(
    url: str | None, origin: str | None, method: str, headers: tuple[str, ...], *, credentials: bool
) -> PlannedFetch:
    """Return the planned fetch; what no page could plan is bad usage."""
    if url is None or origin is None:
        raise click.UsageError("write `--url` and `--origin` for one fetch, or `--requests` for a file of requests")
    try:
        split_url(url)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--url") from error
    if origin != OPAQUE and parse_origin(origin) is None and parse_origin(origin.removesuffix("/")) is None:
        raise click.BadParameter(f"`{origin}` is no origin, write SCHEME://HOST[:PORT]", param_hint="--origin")
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
    if _HEADER_VALUE.fullmatch(value) is None:
        message = f"the value of `{name.strip()}` has a character that no header can have"
        raise click.BadParameter(message, param_hint="--request-header")
    return name.strip(), value.strip() if colon else None


def _single(config: GatewayConfig, fetch: PlannedFetch, listener: str | None, form: str) -> int:
    from crossgate.cli.explain import to_json
    from crossgate.cli.prose import to_text

    engine = Engine(config)

    def answer(sent: Sent) -> Answered:
        return ask(engine, sent, listener)

    try:
        verdict = play(fetch, answer)
    except ListenerUnknown as error:
        raise click.UsageError(f"{error}; `--listener NAME` chooses one") from error
    show(_remarks(fetch), form)
    if form == "json":
        click.echo(json.dumps(to_json(fetch, verdict, engine), indent=2))
    else:
        click.echo(to_text(fetch, verdict, engine, colour=has_colours(sys.stdout)))
    return 0 if verdict.is_allowed else 1


def _remarks(fetch: PlannedFetch) -> Diagnostics:
    """Return what a page or a browser would not do of what was planned."""
    report = Diagnostics()
    if not is_sent_by_browsers(fetch.origin):
        sent = as_browsers_send(fetch.origin)
        message = f"no browser ever sends the origin `{fetch.origin}`"
        report.warning("origin-never-sent", message, None, None if sent is None else f"browsers send `{sent}`")
    for name in sorted({name for name, _ in fetch.headers} - {name for name, _ in fetch.sent_headers}):
        report.warning("header-ignored", f"pages cannot set `{name}`: browsers leave it out", None)
    return report
