"""What one filter or one TrafficPolicy says of CORS, before anything is known of the others."""

from msgspec import Struct

from crossgate.model.policy import Policy
from crossgate.source import Span


class Said(Struct, frozen=True, kw_only=True, eq=False):
    """A policy, or that CORS is off, or nothing; `fails`: it cannot be used, and closes what it covers.

    `name` is what users call it, `span` where it stands.
    """

    name: str
    span: Span
    policy: Policy | None = None
    is_off: bool = False
    fails: bool = False

    @property
    def decides(self) -> bool:
        """Whether it says anything of CORS."""
        return self.policy is not None or self.is_off
