"""How much memory processes hold, and whether it grows."""

import asyncio
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

_MIB = 2**20


@dataclass(slots=True, kw_only=True)
class Memory:
    """Samples of a process's resident memory: seconds since the first one, MiB."""

    samples: list[tuple[float, float]] = field(default_factory=list)

    def settled(self) -> list[tuple[float, float]]:
        """Return the samples without the first third, in which caches and pools fill."""
        return self.samples[len(self.samples) // 3 :]

    def growth(self) -> float:
        """Return the slope of the line of least squares through the settled samples, in MiB an hour."""
        settled = self.settled()
        if len(settled) < 2:
            return 0.0
        times, sizes = zip(*settled, strict=True)
        return statistics.linear_regression(times, sizes).slope * 3600

    def mean(self) -> float:
        """Return the mean of the settled samples in MiB."""
        return statistics.fmean(size for _, size in self.settled())

    def describe(self) -> str:
        """Return the samples in a line."""
        sizes = [size for _, size in self.samples]
        first, last, most = (f"{size:.1f}" for size in (sizes[0], sizes[-1], max(sizes)))
        return f"{first} MiB at first, {last} at last, {most} at most, {self.growth():+.1f} MiB/h"


def resident(pid: int) -> float:
    """Return the resident memory of a process in MiB; raises `OSError`."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(kilobytes) * 1024 / _MIB


class Watch:
    """Samples the memory of some processes at intervals."""

    def __init__(self, pids: dict[str, int], every: float = 1.0) -> None:
        self.memory = {name: Memory() for name in pids}
        self._pids = pids
        self._every = every

    async def run(self) -> None:
        """Sample until cancelled."""
        began = time.monotonic()
        while True:
            for name, pid in self._pids.items():
                self.memory[name].samples.append((time.monotonic() - began, resident(pid)))
            await asyncio.sleep(self._every)
