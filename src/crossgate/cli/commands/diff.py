"""`crossgate diff`, declared."""

from typing import Any, Final

import click

from crossgate.cli.options import released, takes_files_as, versioned
from crossgate.collection import importing

_FORMATS: Final = ("text", "json", "markdown")
_FAILURES: Final = ("newly-allowed", "any", "never")


@click.command("diff")
@click.option(
    "--fail-on",
    type=click.Choice(_FAILURES),
    default=_FAILURES[0],
    metavar="|".join(_FAILURES),
    show_default=True,
    help="Which differences make the exit code 1.",
)
@click.option("--old-documents", multiple=True, metavar="DIALECT=VERSION", callback=versioned, help="Of OLD only.")
@click.option("--new-documents", multiple=True, metavar="DIALECT=VERSION", callback=versioned, help="Of NEW only.")
@click.option("--old-emulate", multiple=True, metavar="DIALECT=RELEASE", callback=released, help="Of OLD only.")
@click.option("--new-emulate", multiple=True, metavar="DIALECT=RELEASE", callback=released, help="Of NEW only.")
@takes_files_as(_FORMATS, "OLD NEW")
def command(**arguments: Any) -> None:
    """Say what browsers may do with NEW that they may not with OLD, and the other way round.

    Each is a file or a folder. Every place that one of them answers at is asked by every origin, method and request
    header that their policies tell apart, with and without credentials, and each difference comes with a witness.

    \b
    Examples:
      crossgate diff main/gateway pull-request/gateway --format markdown
      crossgate diff examples/kgateway/httproute examples/kgateway/httproute --new-documents kgateway=2.3

    Exit codes: 0 nothing is newly allowed, 1 something is (see --fail-on), 2 bad usage or unreadable configuration.
    """
    with importing():
        from crossgate.cli.diff import diff

    diff(**arguments)
