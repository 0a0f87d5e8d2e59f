"""The figures of one run, as they are kept in a file: plain JSON."""

import os
import platform
import re
from pathlib import Path
from typing import Any, Final

from bench.load import CONNECTIONS, Request
from bench.traffic import Effort, Turns, is_preflight
from bench.variants import FILTER, OURS, PLAIN

Json = dict[str, Any]

FILE: Final = Path(__file__).with_name("results.json")
SCHEMA: Final = "crossgate.bench/1"

AIM_ACTUAL: Final = 0.95
"""Of the throughput of Envoy without policy, on actual requests."""
AIM_PREFLIGHT: Final = 1.0
"""Of the throughput of Envoy's own filter, on preflights."""
AIM_DECIDE: Final = 5.0
"""Microseconds for a decision."""
AIM_START: Final = 6.0
"""Times the start of an interpreter."""


def machine() -> Json:
    """Say what the run was made on; no name of the machine."""
    processor = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+) kB", Path("/proc/meminfo").read_text())
    return {
        "processor": "unknown" if processor is None else processor[1],
        "cores": os.cpu_count(),
        "memory_gib": 0 if memory is None else round(int(memory[1]) / 2**20),
        "python": platform.python_version(),
        "load_at_start": round(os.getloadavg()[0], 1),
    }


def settings(effort: Effort, *, is_quick: bool) -> Json:
    """Say how the run was made."""
    return {"seconds": effort.seconds, "turns": effort.turns, "connections": CONNECTIONS, "is_quick": is_quick}


def traffic(group: str, name: str, request: Request, turns: Turns, *, size: int | None = None) -> Json:
    """Return the row of a request: rates, costs, ratios, and whether the aim is met."""
    found = list(turns.by_gateway)
    base, aim = (FILTER, AIM_PREFLIGHT) if is_preflight(request) else (PLAIN, AIM_ACTUAL)
    row: Json = {
        "group": group,
        "size": size,
        "request": name,
        "rate": {gateway: round(turns.rate(gateway)) for gateway in found},
        "cost": {gateway: round(turns.cost(gateway), 1) for gateway in found},
        "rate_to": {gateway: round(turns.ratio(OURS, gateway), 2) for gateway in found if gateway != OURS},
        "cost_to": {gateway: round(turns.cost_ratio(OURS, gateway), 2) for gateway in found if gateway != OURS},
        "base": base,
        "aim": aim,
    }
    row["is_met"] = row["cost_to"][base] >= aim
    return row
