"""What was found, on standard error; and whether a stream has colours."""

import os
import sys
from typing import TextIO

import click

from crossgate.diagnostics import Diagnostics, Severity, render_text, to_json


def show(report: Diagnostics, form: str) -> None:
    """Write findings to standard error: for people, in colours on a terminal, or one JSON object a line."""
    if form == "json":
        import json

        for diagnostic in report:
            click.echo(json.dumps(to_json(diagnostic)), err=True)
    elif len(report):
        click.echo(render_text(report, colour=has_colours(sys.stderr)), err=True)
        errors = sum(found.severity is Severity.ERROR for found in report)
        if errors and len(report) > 1:
            click.echo(f"{errors} error{'s' if errors > 1 else ''}", err=True)


def has_colours(stream: TextIO) -> bool:
    """Say whether a stream is a terminal whose user wants colours (https://no-color.org/)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
