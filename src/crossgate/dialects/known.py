"""The dialects that there are. What reads each of them is imported when a file needs it."""

from typing import Final

from crossgate.dialects import higress, kgateway, kong
from crossgate.dialects.dialect import Dialect

DIALECTS: Final[tuple[Dialect, ...]] = (kgateway.DIALECT, higress.DIALECT, kong.DIALECT)
"""Every dialect, in the order in which their listeners stand in a configuration."""
