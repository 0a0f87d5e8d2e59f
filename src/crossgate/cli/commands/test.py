"""`crossgate test`, declared."""

from typing import Any

import click

from crossgate.cli.options import FORMATS, browser_option, takes_files_as
from crossgate.collection import importing


@click.command("test")
@browser_option
@click.option("--junit", metavar="FILE", help="Write the results as JUnit's XML too.")
@click.option("--coverage", is_flag=True, help="List every row that no test reached, not only their number.")
@click.option("--update", is_flag=True, help="Show and write what was observed in place of what was expected.")
@takes_files_as(FORMATS, "[PATH…] CASES.yaml")
def command(**arguments: Any) -> None:
    """Hold policies to a file of tests: what browsers must be let do, and what not.

    CASES.yaml comes last. Without PATH it names its configuration itself, relative to its own folder.

    \b
    Examples:
      crossgate test examples/kong tests/shop.cors.yaml
      crossgate test shop.cors.yaml --junit results.xml

    Exit codes: 0 all is as expected, or was written so, 1 something is not, or a policy has an error, 2 bad usage or
    unreadable files.
    """
    with importing():
        from crossgate.cli.test import test

    test(**arguments)
