"""`crossgate compile`, declared."""

from typing import Any

import click

from crossgate.cli.options import listen_option, takes_files, without_option
from crossgate.collection import importing


@click.command("compile")
@takes_files
@listen_option
@without_option
@click.option("--include-secrets", is_flag=True, help="Write the private keys of listeners too.")
def command(**arguments: Any) -> None:
    """Print a complete bootstrap, in JSON, that plain `envoy -c` runs.

    \b
    Examples:
      crossgate compile examples/higress > envoy.json && envoy -c envoy.json
      crossgate compile manifests/ --listen 0.0.0.0:8080 \\
          --resolve httpbin.httpbin:8000=10.0.0.7:80
    """
    with importing():
        from crossgate.cli.compile import print_bootstrap

    print_bootstrap(**arguments)
