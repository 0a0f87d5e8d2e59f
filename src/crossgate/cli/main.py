"""The command `crossgate`. A command's declaration is imported when it is named, its work when it runs."""

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final, NoReturn, cast

import click

from crossgate import __version__
from crossgate.collection import paused

COMMANDS: Final = {
    "check": "will the browser allow this request, and which line of which file decided?",
    "test": "do the policies let browsers do what a file of tests expects, and nothing else?",
    "diff": "what does a change of configuration change for browsers?",
    "run": "enforce the policies in front of the upstreams, with Envoy",
    "compile": "print a bootstrap that plain `envoy -c` runs",
    "demo": "run the three gateways' own examples, live",
}

_NAME: Final = "crossgate"
_UNUSABLE: Final = 2
_INTERRUPTED: Final = 130
_NOBODY_READS: Final = 141
"""What shells call the end of a process by SIGPIPE, as of others whose reader has gone."""


class _Lazy(click.Group):
    """A group whose commands are modules of `crossgate.cli.commands`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        with paused():
            return cast("click.Command", import_module(f"crossgate.cli.commands.{cmd_name}").command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name in COMMANDS or name.startswith("-"):
            return super().resolve_command(ctx, args)
        from difflib import get_close_matches

        guess = next(iter(get_close_matches(name, COMMANDS)), None)
        raise click.UsageError(f"there is no command `{name}`" + (f", did you mean `{guess}`?" if guess else ""), ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=_Lazy, name=_NAME, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name=_NAME)
def commands() -> None:
    """CORS policies of kgateway, Higress and Kong: read, decided, explained, enforced.

    \b
    Every command takes files and folders (YAML or JSON); `-` is standard input:
      crossgate check manifests/ --url http://api.example/get \\
          --origin https://app.example
      kubectl get gateways,httproutes,trafficpolicies -A -o yaml |
          crossgate run -

    Exit codes: 0 fine, 1 findings or the browser would block, 2 bad usage or unreadable configuration.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, by default with the arguments of the process, and end the process with the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that cannot be written is no reason to fail
    sys.exit(_exit_code(sys.argv[1:] if arguments is None else list(arguments)))


def _exit_code(arguments: list[str]) -> int:
    try:
        with commands.make_context(_NAME, list(arguments)) as context:
            commands.invoke(context)
            sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return _UNUSABLE
    except click.UsageError as error:
        _complain(error, arguments)
        return _UNUSABLE
    except OSError as error:
        # The interpreter must not try to write the rest of our output when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return _NOBODY_READS
        click.echo(f"error: {(error.strerror or str(error)).lower()}", err=True)
        return _UNUSABLE
    except KeyboardInterrupt:
        return _INTERRUPTED
    return 0


def _complain(error: click.UsageError, arguments: Sequence[str]) -> None:
    from crossgate.cli.findings import show
    from crossgate.cli.usage import report_usage, wants_json

    called = [_NAME, *(name for name in arguments[:1] if name in COMMANDS)]
    show(report_usage(error, " ".join(called)), "json" if wants_json(arguments) else "text")
