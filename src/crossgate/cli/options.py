"""The options that commands have in common, declared: what reads their values is imported where there are any."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from crossgate.browser.profiles import PROFILES
from crossgate.dialects.known import DIALECTS

if TYPE_CHECKING:
    from crossgate.model.routes import Endpoint

MOST_HOPS: Final = 100
"""More proxies than that stand in front of nobody."""

FORMATS: Final = ("text", "json")

EFFECTIVE: Final = "effective"
PREFLIGHT_ROUTING: Final = ("documented", EFFECTIVE)

browser_option: Final = click.option(
    "--browser",
    type=click.Choice([profile.name for profile in PROFILES]),
    default=PROFILES[0].name,
    metavar="|".join(profile.name for profile in PROFILES),
    show_default=True,
    help="Whose verdict counts.",
)
"""The option of commands that play a browser."""

F = TypeVar("F", bound=Callable[..., Any])


def _resolved(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> "dict[str, tuple[Endpoint, ...]]":
    if not values:
        return {}
    from crossgate.cli.addresses import parse_resolved

    return parse_resolved(values)


def versioned(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    """Read `DIALECT=VERSION` of gateways' documents; raises `BadParameter` for what there is not."""
    return _versions(values, {dialect.name: dialect.documents for dialect in DIALECTS})


def released(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    """Read `DIALECT=RELEASE` of gateways; raises `BadParameter` for what there is not."""
    return _versions(values, {dialect.name: dialect.releases for dialect in DIALECTS})


def _versions(values: Sequence[str], known: Mapping[str, Sequence[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for value in values:
        name, _, version = value.partition("=")
        if version not in known.get(name, ()):
            listed = ", ".join(f"{key}={item}" for key, versions in known.items() for item in versions)
            raise click.BadParameter(f"`{value}` is not known; there are {listed or 'none'}")
        found[name] = version
    return found


def _router(_ctx: click.Context, param: click.Parameter, value: str | None) -> dict[str, str]:
    """Return the router's flavour by the dialect whose option it is."""
    dialect, _, _ = (param.name or "").partition("_")
    return {} if value is None else {dialect: value}


def _gateway_api(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        from crossgate.dialects.kgateway.origins import version_pattern

        try:
            version_pattern(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error
    return value


def takes_files(command: F) -> F:
    """Give a command the arguments that `Files` is made of."""
    return takes_files_as(FORMATS, "PATH…")(command)


def takes_files_as(formats: Sequence[str], paths: str) -> Callable[[F], F]:
    """Return what gives a command these arguments, with other formats and another name of the paths in its help."""
    return lambda command: _with_files(command, formats, paths)


def _with_files(command: F, formats: Sequence[str], paths: str) -> F:
    names = [dialect.name for dialect in DIALECTS]
    documents = ", ".join(f"{dialect.name}={' or '.join(dialect.documents)}" for dialect in DIALECTS)
    releases = ", ".join(f"{item.name}={' or '.join(item.releases)}" for item in DIALECTS if item.releases)
    options = (
        click.argument("paths", nargs=-1, required=True, metavar=paths),
        click.option(
            "--dialect",
            multiple=True,
            type=click.Choice(names),
            metavar="NAME",
            help=f"Read only this dialect: {', '.join(names)}; repeatable.",
        ),
        click.option(
            "--documents",
            multiple=True,
            metavar="DIALECT=VERSION",
            callback=versioned,
            help=f"Follow this version of a gateway's documents: {documents}.",
        ),
        click.option(
            "--emulate",
            multiple=True,
            metavar="DIALECT=RELEASE",
            callback=released,
            help=f"Decide as this release of a gateway does, bugs included: {releases}.",
        ),
        *(
            click.option(
                f"--{item.name}-router",
                type=click.Choice(item.routers),
                metavar="FLAVOUR",
                callback=_router,
                help=f"The flavour of the gateway's router: {' (default) or '.join(item.routers)}.",
            )
            for item in DIALECTS
            if item.routers
        ),
        click.option(
            "--gateway-api",
            metavar="VERSION",
            callback=_gateway_api,
            help="Refuse what this version of the Gateway API refuses (1.3 to 1.6).",
        ),
        click.option(
            "--policy-namespace",
            metavar="NAMESPACE",
            help="The namespace whose TrafficPolicies select objects of all (KGW_GLOBAL_POLICY_NAMESPACE).",
        ),
        click.option(
            "--trusted-hops",
            type=click.IntRange(0, MOST_HOPS),
            metavar="N",
            default=0,
            help="How many proxies in front are trusted; with one or more, X-Forwarded-Proto says a request's scheme.",
        ),
        click.option(
            "--preflight-routing",
            type=click.Choice(PREFLIGHT_ROUTING),
            metavar="|".join(PREFLIGHT_ROUTING),
            default=PREFLIGHT_ROUTING[0],
            help="Preflights take routes as the gateway's documents say, or those of what they announce.",
        ),
        click.option(
            "--resolve",
            multiple=True,
            metavar="NAME:PORT=HOST:PORT",
            callback=_resolved,
            help="Where a backend really is; repeat it for several endpoints.",
        ),
        click.option(
            "--format",
            "form",
            type=click.Choice(formats),
            default=formats[0],
            metavar="|".join(formats),
            show_default=True,
            help="Write for people, or JSON for programs.",
        ),
    )
    for decorate in reversed(options):
        command = decorate(command)
    return command


def _checked(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """See to it that what is wrong in itself is said before any file is read."""
    if values:
        from crossgate.cli.listen import place_of

    for value in values:
        place_of(value.rpartition("=")[2])
    return values


listen_option: Final = click.option(
    "--listen",
    multiple=True,
    metavar="[NAME=]HOST:PORT",
    callback=_checked,
    help="Where to listen, instead of where the configuration says; port 0 is any free one.",
)
"""The option of commands that listen."""

without_option: Final = click.option(
    "--without",
    multiple=True,
    metavar="NAME",
    help="Go on although the files ask for NAME (key-auth, jwt, …) and it is not enforced; repeatable.",
)
"""The option of commands whose result is enforced."""
