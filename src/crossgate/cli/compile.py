"""`crossgate compile`: the configuration as Envoy's."""

import json
from typing import Any

import click

from crossgate.cli.configuration import files, show, takes_files
from crossgate.cli.listen import binds, listen_option
from crossgate.cli.without import without_option
from crossgate.diagnostics import Diagnostics
from crossgate.envoy.resources import static_bootstrap
from crossgate.model.redaction import REDACTED, without_private_keys
from crossgate.serve.roots import find_trusted_roots


@click.command("compile")
@takes_files
@listen_option
@without_option
@click.option("--include-secrets", is_flag=True, help="Write the private keys of listeners too.")
def command(listen: tuple[str, ...], *, include_secrets: bool, **arguments: Any) -> None:
    """Print a complete bootstrap, in JSON, that plain `envoy -c` runs.

    \b
    Examples:
      crossgate compile examples/higress > envoy.json && envoy -c envoy.json
      crossgate compile manifests/ --listen 0.0.0.0:8080 \\
          --resolve httpbin.httpbin:8000=10.0.0.7:80
    """
    given = files(**arguments)
    config = given.load_or_exit()
    bound = binds(config, listen)
    if not include_secrets and config.handshakes:
        report = Diagnostics()
        message = f"private keys are left out, and Envoy refuses `{REDACTED}` in their place"
        report.note("keys-redacted", message, None, "write them too with `--include-secrets`")
        show(report, given.format)
        config = without_private_keys(config)
    made = static_bootstrap(config, bound, roots=find_trusted_roots())
    click.echo(json.dumps(made, indent=2))
