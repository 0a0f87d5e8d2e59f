"""How long to wait before the next attempt. Must not wait itself."""

from msgspec import Struct


class Backoff(Struct, kw_only=True):
    """Waits in seconds that double from `first` to `longest`, and start anew after a run of `steady_after`."""

    first: float
    longest: float
    steady_after: float
    _failures: int = 0

    def after_run(self, lasted: float) -> float:
        """Return how long to wait after a run that lasted so many seconds."""
        if lasted >= self.steady_after:
            self._failures = 0
        wait = self.first * 2.0 ** min(self._failures, 32)
        self._failures += 1
        return min(wait, self.longest)
