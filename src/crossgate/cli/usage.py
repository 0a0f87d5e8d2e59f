"""Bad usage, told like every other finding: with the user's words and a way on, as text or as a line of JSON."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import click

from crossgate.diagnostics import Diagnostics

_QUOTED = re.compile(r"'([^']*)'")


def report_usage(error: click.UsageError, command: str) -> Diagnostics:
    """Return the finding that an error of usage is; `command` is what was called, as the user calls it."""
    report = Diagnostics()
    guesses = error.possibilities if isinstance(error, click.NoSuchOption) else None
    report.error("usage", _message(error), None, f"{_guessed(guesses)}see `{command} --help`")
    return report


def _guessed(guesses: Iterable[str] | None) -> str:
    """Return a question, with a blank at its end, or nothing."""
    listed = " or ".join(f"`{guess}`" for guess in guesses or ())
    return f"did you mean {listed}? " if listed else ""


def wants_json(arguments: Sequence[str]) -> bool:
    """Say whether the arguments ask for JSON, be the rest of them as wrong as it may."""
    return "--format=json" in arguments or ("--format", "json") in pairwise(arguments)


def _message(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption(option_name=name):
            return f"there is no option `{name}`"
        case click.MissingParameter(param=click.Parameter() as parameter):
            return f"{_name(parameter.get_error_hint(error.ctx))} is missing"
        case click.BadParameter(message=message):
            return f"{_parameter(error)}{_plain(message)}"
        case _:
            return _plain(error.format_message())


def _parameter(error: click.BadParameter) -> str:
    hint = error.param_hint
    if hint is None and error.param is not None:
        hint = error.param.get_error_hint(error.ctx)
    return "" if hint is None else f"{_name(hint)}: "


def _name(hint: Sequence[str] | str) -> str:
    return f"`{hint if isinstance(hint, str) else ' / '.join(hint)}`".replace("'", "").replace("``", "`")


def _plain(message: str) -> str:
    """Put the library's sentences into our form, and leave ours alone."""
    if not message.endswith("."):
        return message
    return _QUOTED.sub(r"`\1`", message[:1].lower() + message[1:-1])
