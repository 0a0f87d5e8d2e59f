"""What Crossgate itself takes: to decide, to read and compile, to start."""

import gc
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from bench.many_routes import documents
from bench.policies import EXAMPLES, configuration, origins
from crossgate.engine.decide import Engine
from crossgate.engine.request import BadRequest, admit
from crossgate.envoy.resources import static_bootstrap

Json = dict[str, Any]

_PORT: Final = 8000
_DECISIONS: Final = 2_000
_REPEATS: Final = 7
_STARTS: Final = 11


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


def start() -> Json:
    """Time the start of `crossgate check` against that of an interpreter that does nothing, in turns.

    Milliseconds, the best of some: what else runs on the machine only ever adds.
    """
    check = ["check", str(EXAMPLES / "kong"), "--url", "http://api.test/anything", "--origin", "http://example.net"]
    commands = {
        "python": ["-c", "pass"],
        "help": ["-c", "from crossgate.cli import main; main()", "check", "--help"],
        "check": ["-c", "from crossgate.cli import main; main()", *check],
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as compiled:
        # Installed programs have their modules compiled; the first round sees to that, and does not count.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(_STARTS):
            for name, command in commands.items():
                started = time.perf_counter()
                subprocess.run([sys.executable, *command], capture_output=True, check=True, env=environment)
                taken[name].append((time.perf_counter() - started) * 1e3)
    best = {name: min(found[1:]) for name, found in taken.items()}
    return {**best, "ratio": best["check"] / best["python"]}


def sizes(most: int, least: int) -> Iterator[int]:
    """Yield powers of ten."""
    while least <= most:
        yield least
        least *= 10
