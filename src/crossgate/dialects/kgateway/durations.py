"""Durations of the Gateway API, in seconds.

Source: GEP-2257 (https://gateway-api.sigs.k8s.io/geps/gep-2257/), a subset of what Go's `time.ParseDuration` reads.
"""

import re
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields, Value

_DURATION: Final = re.compile(r"([0-9]{1,5}(h|m|s|ms)){1,4}")
_PART: Final = re.compile(r"([0-9]+)(h|ms|m|s)")
_SECONDS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def read_duration(item: Fields, key: str, report: Diagnostics) -> Value[float] | None:
    """Read a duration; what is none is reported."""
    text = item.string(key)
    if text is None:
        return None
    if not _DURATION.fullmatch(text.value):
        hint = "numbers with units, as in `1h30m`, `10s`, `500ms`"
        report.error("invalid-value", f"`{text.value}` is not a duration", text.span, hint)
        return None
    seconds = sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(text.value))
    return Value(value=seconds, span=text.span)
