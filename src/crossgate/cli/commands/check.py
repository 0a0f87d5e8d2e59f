"""`crossgate check`, declared."""

from typing import TYPE_CHECKING, Any, Final

import click

from crossgate.cli.options import browser_option, takes_files
from crossgate.collection import importing

if TYPE_CHECKING:
    from crossgate.model.routes import Endpoint

_PATIENCE: Final = 5.0
_MOST_PATIENCE: Final = 3600.0


def _address(_ctx: click.Context, _param: click.Parameter, value: str | None) -> "Endpoint | None":
    if value is None:
        return None
    from crossgate.cli.addresses import parse_address

    return parse_address(value, "an address")


@click.command("check")
@click.option("--url", metavar="URL", help="What the page fetches.")
@click.option("--origin", metavar="ORIGIN", help="The page's origin: https://app.example, or `null`.")
@click.option("--page", metavar="URL", help="The page's own URL, instead of its origin.")
@click.option("--method", metavar="M", help="The method of the fetch.  [default: GET]")
@click.option(
    "--request-header",
    "headers",
    multiple=True,
    metavar="NAME[: VALUE]",
    help="A request header that the page sets; repeatable.",
)
@click.option(
    "--mode",
    type=click.Choice(("cors", "no-cors", "same-origin")),
    help="The mode of the fetch.  [default: cors]",
)
@click.option("--credentials", is_flag=True, help="The fetch has credentials: cookies, certificates, passwords.")
@click.option("--from-curl", metavar="FILE", help="Take the fetch from a curl command; `-`: standard input.")
@click.option("--har", metavar="FILE", help="Check every cross-origin fetch of a browser's recording.")
@browser_option
@click.option("--curl", is_flag=True, help="Print the curl commands that show the same.")
@click.option("--live", is_flag=True, help="Send the requests to the URL too, for real, and compare.")
@click.option("--connect", metavar="HOST:PORT", callback=_address, help="Where `--live` connects instead.")
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0.001, max=_MOST_PATIENCE),
    default=_PATIENCE,
    show_default=True,
    help="How long `--live` waits for an answer.",
)
@click.option(
    "--requests", metavar="FILE", help="Answer requests instead, one JSON object a line; `-`: standard input."
)
@click.option("--policies", is_flag=True, help="List the policies at every route, and which of them won, instead.")
@click.option("--listener", metavar="NAME", help="The listener that the requests arrive at.")
@takes_files
def command(**arguments: Any) -> None:
    """Say whether a browser allows a fetch, why, and what would change that.

    \b
    Examples:
      crossgate check examples/higress --url http://httpbin.example.com/get \\
          --origin http://app.example.com --method PATCH --request-header Token
      pbpaste | crossgate check examples/kong --from-curl -
      crossgate check examples/kong --requests requests.jsonl
      crossgate check examples/policies --policies

    Exit codes: 0 the browser allows it, 1 it blocks, 2 bad usage or unreadable configuration. With --har: 1 one of the
    fetches is blocked. With --live: 1 what is live differs, 2 nothing answers. With --requests: 0 every line was
    answered, whatever the verdict; 2 a line was no request.
    """
    with importing():
        from crossgate.cli.check import check

    check(**arguments)
