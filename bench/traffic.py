"""Measuring requests: the gateways of a policy take turns, in one Envoy, within seconds.

Two figures come of each turn: answers a second, and the processor time that Envoy's worker took for an answer. The
second is the steadier one where other programs run on the machine.
"""

import itertools
import os
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.gateway import Gateway, Json
from bench.load import Request, load, probe
from bench.variants import OURS

_MICROSECONDS: Final = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is measured: seconds a turn, and turns of each gateway."""

    seconds: int
    turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Answers a second, and microseconds of the worker for each."""

    rate: float
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """The turns of each gateway, in order."""

    by_gateway: Mapping[str, Sequence[Turn]]

    def rate(self, name: str) -> float:
        """Return the median of answers a second."""
        return statistics.median(turn.rate for turn in self.by_gateway[name])

    def cost(self, name: str) -> float:
        """Return the median of microseconds for an answer."""
        return statistics.median(turn.cost for turn in self.by_gateway[name])

    def ratio(self, name: str, base: str) -> float:
        """Return the median over turns of one gateway's rate as a part of another's."""
        pairs = zip(self.by_gateway[name], self.by_gateway[base], strict=True)
        return statistics.median(one.rate / other.rate for one, other in pairs)

    def cost_ratio(self, name: str, base: str) -> float:
        """Return the median over turns of the other's cost as a part of the one's: above 1, the one is cheaper."""
        pairs = zip(self.by_gateway[name], self.by_gateway[base], strict=True)
        return statistics.median(other.cost / one.cost for one, other in pairs)


class Bench:
    """wrk, processors for the gateway and for all else, and a folder for what the programs need."""

    def __init__(self, wrk: str, folder: Path, effort: Effort) -> None:
        self._wrk, self._folder, self._effort = wrk, folder, effort
        self._numbers = itertools.count()
        processors = sorted(os.sched_getaffinity(0))
        self._gateway_runs_on = frozenset(processors[:1])
        rest = frozenset(processors[1:] or processors)
        os.sched_setaffinity(0, rest)  # and so wrk, and the upstream
        self._rest = rest

    def start_upstream(self, bootstrap: Json) -> Gateway:
        """Return the upstream, to be entered."""
        return Gateway(bootstrap, self._folder / "upstream", self._rest)

    def start(self, bootstrap: Json) -> Gateway:
        """Return a gateway, to be entered."""
        return Gateway(bootstrap, self._folder / f"gateway-{next(self._numbers)}", self._gateway_runs_on)

    def measure(self, gateway: Gateway, request: Request, names: Sequence[str]) -> Turns:
        """Send a request to some listeners of a gateway in turns; what ours answers has to be what is expected."""
        for name in names:
            probe(gateway.ports[name], request, exactly=name == OURS)
        turns: dict[str, list[Turn]] = {name: [] for name in names}
        for _ in range(self._effort.turns):
            for name in names:
                turns[name].append(self._turn(gateway, gateway.ports[name], request))
        return Turns(by_gateway=turns)

    def _turn(self, gateway: Gateway, port: int, request: Request) -> Turn:
        before = gateway.worker_seconds()
        made = load(self._wrk, port, request, seconds=self._effort.seconds, script=self._folder / "method.lua")
        spent = gateway.worker_seconds() - before
        return Turn(rate=made.rate, cost=spent / made.answers * _MICROSECONDS)


def is_preflight(request: Request) -> bool:
    """Say whether a request is measured as a preflight."""
    return request.method == "OPTIONS"


def fitting(requests: Mapping[str, Request], chosen: Sequence[str]) -> Iterator[tuple[str, Request]]:
    """Yield some of the requests by name, all where none are chosen."""
    return ((name, request) for name, request in requests.items() if not chosen or name in chosen)
