"""Where a request is when the rules of a plugin are asked: the seam between routes and plugins.

The reader of Ingresses makes places and the reader of plugins answers for them; neither knows more of the other.
"""

from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct

from crossgate.model.hosts import Hostname
from crossgate.model.policy import Policy
from crossgate.model.table import Table


class Decided(Struct, frozen=True, kw_only=True):
    """A policy and its table."""

    policy: Policy
    table: Table


class Service(Struct, frozen=True, kw_only=True):
    """A destination as rules name it: `httpbin.dns`, `shop.default.svc.cluster.local`, and its port."""

    host: str
    port: int


class Place(Struct, frozen=True, kw_only=True):
    """What is known of a request: its route, the names that its host may have, and where it goes.

    `route` is the name by which rules know an Ingress (`NAME` in the controller's namespace, else `NAMESPACE/NAME`);
    None: no route matched, and there is no `service` either. `hostname` stands for the names that it means and that no
    narrower hostname of the rules or routes does.
    """

    route: str | None
    hostname: Hostname
    service: Service | None = None


class Share(Struct, frozen=True, kw_only=True):
    """What decides some requests at a place, or None where no plugin does: those whose `Host` matches all of `hosts`.

    They are RE2 on the header as it was sent, for hosts that no hostname tells apart.
    """

    decided: Decided | None
    hosts: tuple[str, ...] = ()


class Policies(Protocol):
    """What the plugins of all files say, rules and defaults alike."""

    def hostnames(self) -> Iterable[Hostname]:
        """Return the hostnames that some rule tells apart from wider ones."""

    def shares(self, place: Place) -> tuple[Share, ...]:
        """Return what decides there: the first share that a request is in counts, and every one is in the last."""
