"""How much of what can be generated is tried: a share for every day, always the same, or more, another each time."""

import os
from typing import Final

from hypothesis import HealthCheck, settings

TIMES: Final = int(os.environ.get("TIMES", "1"))
"""How many times the daily share `make differential` tries."""


def effort(few: int) -> settings:
    """Return how a test runs whose daily share are so few examples."""
    return settings(
        max_examples=few * TIMES,
        derandomize=TIMES == 1,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
