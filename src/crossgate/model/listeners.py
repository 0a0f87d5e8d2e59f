"""Listeners: where requests arrive, what is shown to TLS clients there, and the routes of each hostname in order."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from msgspec import Struct

from crossgate.model.hosts import Hostname
from crossgate.model.path_tree import PathTree, path_tree
from crossgate.model.routes import Route
from crossgate.model.table import Respond, Table
from crossgate.source import Span

_EMPTY_404 = Respond(status=404)


class Unmatched(Struct, frozen=True, kw_only=True):
    """What a request gets that no route means: the gateway's answer, and the table that may stand before it."""

    answer: Respond = _EMPTY_404
    table: Table | None = None


NOT_FOUND = Unmatched()


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRoutes:
    """The routes that a hostname's requests are tried against, first match first.

    `tree` has the same routes by path, where they are many.
    """

    hostname: Hostname
    routes: tuple[Route, ...]
    unmatched: Unmatched = NOT_FOUND
    tree: PathTree | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", path_tree(self.routes))


class Scheme(StrEnum):
    """What a listener speaks."""

    HTTP = "http"
    HTTPS = "https"


class Failure(StrEnum):
    """Why a request that was sent on has no answer of the upstream's."""

    NO_ENDPOINT = "the backend has no endpoint, its name no address"
    UNREACHABLE = "no connection could be made, or it broke"
    TIMED_OUT = "nothing came in time"


class Failed(Struct, frozen=True, kw_only=True):
    """The gateway's answer to a request that failed so; what a route's row edits is edited here, too."""

    failure: Failure
    answer: Respond


_SERVER_NAME: Final = re.compile(r"(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")


def is_server_name(text: str) -> bool:
    """Say whether clients can ask for a name (SNI), or for names of a wildcard that is a first label."""
    return _SERVER_NAME.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate chain and its private key, both PEM, for TLS clients that ask for one of some server names.

    A name is exact or begins with `*.`, in lower case; without names it is for every client that no other is for.
    """

    names: tuple[str, ...]
    chain: str = field(repr=False)
    private_key: str = field(repr=False)
    span: Span | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        for name in self.names:
            if not is_server_name(name):
                raise ValueError(f"not a name of a certificate: {name!r}")


class Listener(Struct, frozen=True, kw_only=True):
    """A named place that requests arrive at, on a port that other listeners may share.

    `unmatched` answers for hosts that no entry of `hosts` means, `failed` for upstreams; a failure that is not there
    is answered as the data plane does. One that speaks HTTPS has certificates. Behind `trusted_hops` proxies that are
    trusted, the scheme of a request is the one that `X-Forwarded-Proto` names; with none nobody believes that header.
    """

    name: str
    port: int
    hosts: tuple[HostRoutes, ...]
    scheme: Scheme = Scheme.HTTP
    certificates: tuple[Certificate, ...] = ()
    unmatched: Unmatched = NOT_FOUND
    failed: tuple[Failed, ...] = ()
    trusted_hops: int = 0
    span: Span | None = None

    def __post_init__(self) -> None:
        if self.trusted_hops < 0:
            raise ValueError(f"listener {self.name} trusts {self.trusted_hops} proxies")
        if (self.scheme is Scheme.HTTPS) is not bool(self.certificates):
            raise ValueError(f"listener {self.name} speaks {self.scheme} with {len(self.certificates)} certificates")
        if len({host.hostname for host in self.hosts}) != len(self.hosts):
            raise ValueError(f"a hostname of listener {self.name} stands twice")
