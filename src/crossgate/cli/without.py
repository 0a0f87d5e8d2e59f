"""`--without`: the user's word that something a file asks for may be missing from what is enforced."""

from typing import Final

import click

without_option: Final = click.option(
    "--without",
    multiple=True,
    metavar="NAME",
    help="Go on although the files ask for NAME (key-auth, jwt, …) and it is not enforced; repeatable.",
)
"""The option of commands whose result is enforced."""
