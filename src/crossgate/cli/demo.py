"""`crossgate demo`: the three gateways' own examples, live, in front of a real upstream, and a page to try them."""

import asyncio
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click

from crossgate.cli.addresses import parse_address
from crossgate.cli.configuration import UNUSABLE
from crossgate.cli.findings import show
from crossgate.cli.listen import LOOPBACK, binds
from crossgate.cli.run import compiled
from crossgate.diagnostics import Diagnostics
from crossgate.model.gateway import GatewayConfig
from crossgate.model.routes import Endpoint

if TYPE_CHECKING:
    from crossgate.serve.loaded import Loaded

_PAGE: Final = "page"
_PAGE_PORT: Final = 8088


def demonstrate(listen: tuple[str, ...], envoy: str | None) -> None:
    """Serve the examples until a signal; ends the process with the command's exit code."""
    page_places = [value.partition("=")[2] for value in listen if value.startswith(f"{_PAGE}=")]
    gateways = [value for value in listen if not value.startswith(f"{_PAGE}=")]
    try:
        from crossgate.demo.upstream import start_httpbin
        from crossgate.serve.gateway import serve
        from crossgate.serve.settings import ServeSettings

        demonstration = _Demonstration(start_httpbin(), gateways, _page_place(page_places))
    except ImportError as error:
        click.echo(f"error: {error.name} is missing, which the demonstration needs", err=True)
        click.echo("  = help: pip install 'crossgate[demo]'", err=True)
        raise SystemExit(UNUSABLE) from error
    code = asyncio.run(
        serve(
            demonstration.load,
            demonstration.watched,
            settings=ServeSettings(envoy=envoy),
            out=sys.stdout,
            err=sys.stderr,
            on_ready=demonstration.on_ready,
        )
    )
    raise SystemExit(code)


class _Demonstration:
    """What is on show: the page from the beginning, the gateways as soon as they are ready."""

    def __init__(self, upstream: Endpoint, listen: Sequence[str], page_place: Endpoint) -> None:
        from crossgate.demo.configuration import watched
        from crossgate.demo.gateways import examples
        from crossgate.demo.page import page
        from crossgate.demo.stage import Stage
        from crossgate.demo.wsgi import Served

        self._upstream = upstream
        self._listen = tuple(listen)
        self._has_ports = False
        self._is_announced = False
        self._examples = examples()
        self._stage = Stage()
        served = Served(page(self._stage), page_place.host, page_place.port)
        served.start()
        self._page_port = served.port
        self.watched = watched(self._examples)

    def load(self) -> "Loaded | None":
        """Read the examples anew and compile them; None where they cannot be used."""
        from crossgate.demo.configuration import read_examples
        from crossgate.demo.page import page_origins

        report = Diagnostics()
        origin, _ = page_origins(self._page_port)
        config = read_examples(self._examples, origin, self._upstream, report)
        show(report, "text")
        if config is None:
            return None
        if not self._has_ports:
            self._listen = (*self._listen, *_free_places(config, self._listen))
            self._has_ports = True
        self._stage.take(config)
        return compiled(config, binds(config, self._listen))

    def on_ready(self, name: str, url: str) -> None:
        """Say what can be tried, once everything is there."""
        from crossgate.demo.guide import guide

        self._stage.note(name, url)
        if self._stage.is_complete and not self._is_announced:
            self._is_announced = True
            click.echo(_painted(guide(self._examples, self._stage.urls, self._page_port)), err=True)


def _painted(text: str) -> str:
    """Return the guide with its headings and its remarks set off; where there is no terminal, that is left out."""
    lines = text.split("\n")
    return "\n".join(
        click.style(line, bold=line.startswith("=="), dim=line.startswith("  #")) if line else line for line in lines
    )


def _free_places(config: GatewayConfig, listen: Sequence[str]) -> list[str]:
    """Return `--listen` values for the gateways whose documented port cannot be had, and say so."""
    from crossgate.serve.ports import why_unavailable

    moved = {value.rpartition("=")[0] for value in listen}
    places = []
    for port, listeners in config.ports.items():
        name = listeners[0].name
        if name not in moved and (reason := why_unavailable(LOOPBACK, port)) is not None:
            click.echo(f"crossgate: `{name}` gets a free port, for it can't have {port}: {reason}", err=True)
            places.append(f"{name}={LOOPBACK}:0")
    return places


def _page_place(chosen: Sequence[str]) -> Endpoint:
    """Return where the page is to be served; exit with 2 where a chosen place cannot be had."""
    from crossgate.serve.ports import why_unavailable

    if not chosen:
        is_free = why_unavailable(LOOPBACK, _PAGE_PORT) is None
        return Endpoint(host=LOOPBACK, port=_PAGE_PORT if is_free else 0)
    place = parse_address(chosen[-1], "a place to listen")
    if place.port and (reason := why_unavailable(place.host, place.port)) is not None:
        click.echo(f"error: the page can't have `{chosen[-1]}`: {reason}", err=True)
        click.echo(f"  help: name another place with `--listen {_PAGE}=HOST:PORT`", err=True)
        raise SystemExit(UNUSABLE)
    return place
