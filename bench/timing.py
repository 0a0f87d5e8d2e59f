"""What Crossgate itself takes: to decide, to read and compile."""

import gc
import json
import math
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from bench.many_routes import documents
from bench.policies import configuration, origins
from crossgate.engine.decide import Engine
from crossgate.engine.request import BadRequest, admit
from crossgate.envoy.resources import static_bootstrap

Json = dict[str, Any]

_PORT: Final = 8000
_DECISIONS: Final = 2_000
_REPEATS: Final = 7


def decide(number: int) -> Json:
    """Time a decision, and what comes before it, for a policy of so many origins; microseconds."""
    measured = origins(number)
    engine = Engine(measured.read())
    found: Json = {"origins": number}
    for name, request in measured.requests.items():
        if name == "actual, no Origin":
            continue
        pairs = list(request.headers)
        admitted = admit(request.method, "http://api.example/", pairs)
        if isinstance(admitted, BadRequest):
            raise TypeError(admitted.reason)
        found[name] = _microseconds(lambda admitted=admitted: engine.decide(admitted, port=_PORT))  # type: ignore[misc]
    found["admit"] = _microseconds(lambda: admit("GET", "http://api.example/", pairs))
    return found


def _microseconds(call: Callable[[], object]) -> float:
    """Return the best of some rounds, by the processor: what else runs on the machine only ever adds."""
    call()
    rounds = []
    for _ in range(_REPEATS):
        started = time.process_time()
        for _ in range(_DECISIONS):
            call()
        rounds.append((time.process_time() - started) / _DECISIONS * 1e6)
    return min(rounds)


def read_and_compile(number: int) -> Json:
    """Time reading and compiling so many routes, in seconds of the processor, and say how large the result is."""
    sources = documents(number)
    gc.collect()
    started = time.process_time()
    config = configuration(sources)
    read = time.process_time()
    made = static_bootstrap(config, dict.fromkeys(config.ports, ("127.0.0.1", 0)))
    compiled = time.process_time()
    size = len(json.dumps(made))
    return {"routes": number, "read": read - started, "compile": compiled - read, "bytes": size}


def exponent(rows: Sequence[Json], key: str) -> float:
    """Return the slope of the least-squares line through the logarithms: 1 is linear."""
    points = [(math.log(row["routes"]), math.log(row[key])) for row in rows]
    x, y = (statistics.fmean(part) for part in zip(*points, strict=True))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def sizes(most: int, least: int) -> Iterator[int]:
    """Yield powers of ten."""
    while least <= most:
        yield least
        least *= 10
