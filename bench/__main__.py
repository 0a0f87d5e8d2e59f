"""`make bench`: run everything, print one table, and keep the figures.

QUICK=1 in the environment measures less, in 90 seconds; its figures are printed and not kept.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bench import page, policies, results, timing, variants
from bench.gateway import Gateway, NotLoaded
from bench.load import find_wrk
from bench.many_routes import many_routes
from bench.policies import Measured
from bench.report import tables, verdict
from bench.start import start
from bench.traffic import Bench, Effort, fitting, is_preflight
from bench.variants import FILTER, OURS, PLAIN
from crossgate.serve.binary import find_envoy

Json = dict[str, Any]

_QUICK_REQUESTS: Final = ("actual, granted", "preflight, granted")
_PARTS: Final[dict[str, tuple[Callable[[Json], None], ...]]] = {
    "ours": (),
    "ours, without same origin": (variants.without_same_origin,),
    "ours, without Vary": (variants.without_vary,),
    "ours, Origin echoed as sent": (variants.with_plain_echo,),
    "ours, the upstream's headers kept": (variants.without_removals,),
    "ours, same origin and echo without expressions": (variants.without_same_origin, variants.with_plain_echo),
    "ours, without all of these": (
        variants.without_same_origin,
        variants.without_vary,
        variants.with_plain_echo,
        variants.without_removals,
    ),
}
_LOGGED: Final = "ours, with the access log"
_TURNS: Final = 3
_QUICK_TURNS: Final = 1


class Run:
    """One run of the bench; `found` collects its figures."""

    def __init__(self, bench: Bench, upstream: Gateway, *, is_quick: bool) -> None:
        self._bench, self._port, self._is_quick = bench, upstream.ports["upstream"], is_quick
        self.found: Json = {"traffic": [], "parts": [], "decide": [], "compile": [], "failures": []}

    def requests(self) -> None:
        """Measure the documents of the gateways, then policies and configurations that grow."""
        seeds = {"Higress": policies.higress, "kgateway": policies.kgateway, "Kong": policies.kong}
        for group, make in seeds.items():
            self._policy(group, None, make(), ())
        for size in (1_000,) if self._is_quick else (10, 1_000, 10_000, 100_000):
            chosen = ("actual, granted", "preflight, granted", "preflight, refused")
            self._policy("origins", size, policies.origins(size), chosen)
        for size in (100,) if self._is_quick else (1, 100, 1_000, 10_000):
            self._policy("routes", size, many_routes(size), ())

    def parts(self) -> None:
        """Measure a policy that uses everything, with parts of it taken away."""
        measured = policies.higress()
        made = variants.compiled(measured.read(), self._port)
        ours = made["static_resources"]["listeners"][0]
        listeners = {name: variants.variant(ours, name, variants.silent, *changes) for name, changes in _PARTS.items()}
        listeners[PLAIN] = variants.variant(ours, PLAIN, variants.silent, variants.plain)
        listeners[_LOGGED] = variants.variant(ours, _LOGGED)
        with self._bench.start(variants.bootstrap(made, iter(listeners.values()))) as gateway:
            turns = self._bench.measure(gateway, measured.requests["actual, granted"], list(listeners))
        for name in (PLAIN, *_PARTS, _LOGGED):
            cost, ratio = turns.cost(name), turns.cost_ratio(name, PLAIN)
            self.found["parts"].append({"name": name, "cost": round(cost, 1), "cost_to": round(ratio, 2)})

    def ourselves(self) -> None:
        """Time what Crossgate itself does."""
        for size in timing.sizes(1_000 if self._is_quick else 100_000, 10):
            _say(f"decide, {size} origins")
            self.found["decide"].append(_rounded(timing.decide(size), 2))
        for size in timing.sizes(1_000 if self._is_quick else 10_000, 100):
            _say(f"compile, {size} routes")
            self.found["compile"].append(_rounded(timing.read_and_compile(size), 4))
        slopes = {key: timing.exponent(self.found["compile"], key) for key in ("read", "compile")}
        self.found["exponents"] = _rounded(slopes, 2)
        self.found["start"] = start()

    def _policy(self, group: str, size: int | None, measured: Measured, chosen: Sequence[str]) -> None:
        if self._is_quick:
            chosen = _QUICK_REQUESTS
        made = variants.compiled(measured.read(), self._port)
        try:
            with self._bench.start(variants.bootstrap(made, variants.three(made, measured))) as gateway:
                self._rows(gateway, group, size, measured, chosen)
        except NotLoaded as reason:
            self.found["failures"].append(f"{group} {size}: {reason}")

    def _rows(self, gateway: Gateway, group: str, size: int | None, measured: Measured, chosen: Sequence[str]) -> None:
        for name, request in fitting(measured.requests, chosen):
            _say(f"{group} {'' if size is None else size}: {name}")
            names = (FILTER, OURS) if is_preflight(request) else (PLAIN, FILTER, OURS)
            turns = self._bench.measure(gateway, request, names)
            self.found["traffic"].append(results.traffic(group, name, request, turns, size=size))


def _rounded(row: Json, digits: int) -> Json:
    return {name: round(value, digits) if isinstance(value, float) else value for name, value in row.items()}


def _say(what: str) -> None:
    sys.stderr.write(f"bench: {what}\n")


@contextmanager
def _run(wrk: str, effort: Effort, *, is_quick: bool) -> Iterator[Run]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(wrk, Path(folder), effort)
        with bench.start_upstream(variants.upstream()) as upstream:
            yield Run(bench, upstream, is_quick=is_quick)


def main() -> int:
    """Run the bench; 2 where there is nothing to run it with."""
    wrk, is_quick = find_wrk(), bool(os.environ.get("QUICK"))
    if wrk is None:
        sys.stderr.write("bench: there is no wrk\n")
        return 2
    effort = Effort(seconds=1, turns=_QUICK_TURNS if is_quick else _TURNS)
    version = ".".join(str(number) for number in find_envoy(None).version)
    about = {"schema": results.SCHEMA, "machine": results.machine(), "envoy": version}
    about["settings"] = results.settings(effort, is_quick=is_quick)
    with _run(wrk, effort, is_quick=is_quick) as run:
        run.ourselves()
        run.parts()
        run.requests()
    found = {**about, **run.found}
    sys.stdout.write(f"{tables(found)}\n{verdict(found)}\n")
    if not is_quick:
        results.FILE.write_text(json.dumps(found, indent=1) + "\n")
        page.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
