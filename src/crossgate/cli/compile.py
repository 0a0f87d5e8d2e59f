"""`crossgate compile`: the configuration as Envoy's."""

import json
from typing import Any

import click

from crossgate.cli.configuration import files
from crossgate.cli.findings import show
from crossgate.cli.listen import binds
from crossgate.diagnostics import Diagnostics
from crossgate.envoy.resources import static_bootstrap
from crossgate.model.redaction import REDACTED, without_private_keys
from crossgate.serve.roots import find_trusted_roots


def print_bootstrap(listen: tuple[str, ...], *, include_secrets: bool, **arguments: Any) -> None:
    """Print the configuration as Envoy's."""
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
