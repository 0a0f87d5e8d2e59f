"""The command `crossgate`. Its commands are imported when they are called, so that each starts fast."""

from importlib import import_module
from typing import Final, cast

import click

from crossgate import __version__

COMMANDS: Final = {
    "check": "will the browser allow this request, and which line of which file decided?",
    "run": "enforce the policies in front of the upstreams, with Envoy",
    "compile": "print a bootstrap that plain `envoy -c` runs",
    "demo": "run the three gateways' own examples, live",
}


class _Lazy(click.Group):
    """A group whose commands are modules of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        return cast("click.Command", import_module(f"crossgate.cli.{cmd_name}").command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="crossgate")
def main() -> None:
    """CORS policies of kgateway, Higress and Kong: read, decided, explained, enforced.

    \b
    Every command takes files and folders (YAML or JSON); `-` is standard input:
      crossgate check manifests/ --url http://api.example/get --origin https://app.example
      kubectl get gateways,httproutes,trafficpolicies -A -o yaml | crossgate run -

    Exit codes: 0 fine, 1 findings or the browser would block, 2 bad usage or unreadable configuration.
    """
