"""The declared policy: what the user wrote, kept beside the table that it became, each field with its place."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from crossgate.source import Span

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared(Generic[T_co]):
    """A value of a policy and where it stands; `span` is None for a default that nobody wrote."""

    value: T_co
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A CORS policy in the words of the Gateway API; a field is None where the gateway's document has no default.

    `name` is the policy's name for users, `span` the place of the whole. `max_age` is in seconds.
    """

    name: str
    span: Span | None = field(compare=False)
    allow_origins: tuple[Declared[str], ...] | None = None
    allow_methods: tuple[Declared[str], ...] | None = None
    allow_headers: tuple[Declared[str], ...] | None = None
    expose_headers: tuple[Declared[str], ...] | None = None
    allow_credentials: Declared[bool] = field(default_factory=lambda: Declared(value=False))
    max_age: Declared[float] | None = None
