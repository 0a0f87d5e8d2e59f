"""The invariant of every fuzzer: no traceback, no hang, bounded memory. What breaks it says so with the input."""

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Final

from hypothesis import HealthCheck, Phase, settings

EXAMPLES: Final = int(os.environ.get("CROSSGATE_FUZZ", "0"))
"""How many examples each fuzzer runs; 0: a few, for every day, and always the same."""

_SECONDS: Final = 10.0
_MEBIBYTES: Final = 400


def fuzzing(few: int) -> settings:
    """Return how a fuzzer runs; `few` is its share of the time that the daily tests have."""
    return settings(
        max_examples=EXAMPLES or few,
        derandomize=not EXAMPLES,
        database=None,
        deadline=timedelta(seconds=_SECONDS),
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def in_time() -> Iterator[None]:
    """Fail, with the traceback of where it hangs, what takes too long."""

    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"it takes longer than {_SECONDS} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, _SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def in_memory() -> Iterator[None]:
    """Fail what makes the process grow beyond bounds."""
    before = _peak()
    yield
    assert _peak() - before < _MEBIBYTES, "too much memory was taken"


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
