"""The declared policy: what the user wrote, kept beside the table that it became, each field with its place."""

from typing import Generic, TypeVar

from msgspec import field

from crossgate.records import Located
from crossgate.source import Span

T_co = TypeVar("T_co", covariant=True)


class Declared(Located, Generic[T_co], frozen=True, kw_only=True):
    """A value of a policy and where it stands; `span` is None for a default that nobody wrote."""

    value: T_co


class Policy(Located, frozen=True, kw_only=True):
    """A CORS policy in the words of the Gateway API; a field is None where the gateway's document has no default.

    `name` is the policy's name for users, `span` the place of the whole. `max_age` is in seconds.
    """

    name: str
    span: Span | None
    allow_origins: tuple[Declared[str], ...] | None = None
    allow_methods: tuple[Declared[str], ...] | None = None
    allow_headers: tuple[Declared[str], ...] | None = None
    expose_headers: tuple[Declared[str], ...] | None = None
    allow_credentials: Declared[bool] = field(default_factory=lambda: Declared(value=False))
    max_age: Declared[float] | None = None
