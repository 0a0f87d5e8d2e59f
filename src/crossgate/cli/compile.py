"""`crossgate compile`: the configuration as Envoy's."""

import json
from typing import Any

import click

from crossgate.cli.configuration import files, takes_files
from crossgate.cli.listen import binds, listen_option
from crossgate.cli.without import without_option
from crossgate.envoy.resources import static_bootstrap
from crossgate.serve.roots import find_trusted_roots


@click.command("compile")
@takes_files
@listen_option
@without_option
def command(listen: tuple[str, ...], **arguments: Any) -> None:
    """Print a complete bootstrap, in JSON, that plain `envoy -c` runs.

    \b
    Examples:
      crossgate compile examples/higress > envoy.json && envoy -c envoy.json
      crossgate compile manifests/ --listen 0.0.0.0:8080 \\
          --resolve httpbin.httpbin:8000=10.0.0.7:80
    """
    config = files(**arguments).load_or_exit()
    made = static_bootstrap(config, binds(config, listen), roots=find_trusted_roots())
    click.echo(json.dumps(made, indent=2))
