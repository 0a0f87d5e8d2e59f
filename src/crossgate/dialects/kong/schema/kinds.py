"""The vocabulary of schemas: what a field can be.

A schema is data: who checks values against it is `check`, and what the gateway's entities are like is in `entities`.
"""

from collections.abc import Callable, Mapping
from enum import Enum

from msgspec import Struct, field

from crossgate.dialects.nodes import MappingNode


class Presence(Enum):
    """Whether a field must be there."""

    OPTIONAL = "absent or null"
    DEFAULTED = "absent, but not null: null does not ask for the default"
    REQUIRED = "there"


class Rule(Struct, frozen=True, kw_only=True):
    """A rule for texts: `says` what is wrong with one, None where nothing is; `helps` with advice, if there is any.

    `id` is that of the finding.
    """

    id: str
    says: Callable[[str], str | None]
    helps: Callable[[str], str | None] = lambda _: None


class Type(Enum):
    """The types of single values, as the messages call them."""

    STRING = "a string"
    NUMBER = "a number"
    INTEGER = "an integer"
    BOOLEAN = "a boolean"


class Scalar(Struct, frozen=True, kw_only=True):
    """A single value. `rules` are asked of strings that are not empty.

    `id` is that of the finding about a value that is none of `one_of`.
    """

    type: Type = Type.STRING
    presence: Presence = Presence.OPTIONAL
    one_of: tuple[str | int, ...] = ()
    id: str = "invalid-value"
    between: tuple[int, int] | None = None
    is_positive: bool = False
    is_uuid: bool = False
    rules: tuple[Rule, ...] = ()


class Array(Struct, frozen=True, kw_only=True):
    """A list, which is called `an array` or `a set`. `rule` is asked of all its texts where each is right by itself."""

    elements: "Scalar | Record | Anything"
    called: str = "an array"
    presence: Presence = Presence.OPTIONAL
    rule: Callable[[tuple[str, ...]], str | None] = lambda _: None


class Map(Struct, frozen=True, kw_only=True):
    """Keys of the user's own, each with a value of one kind."""

    keys: Scalar
    values: Array
    presence: Presence = Presence.OPTIONAL


class Foreign(Struct, frozen=True, kw_only=True):
    """A reference to another entity, by name or id; `{id: …}` and `{name: …}` are the long forms."""

    presence: Presence = Presence.OPTIONAL


class Forbidden(Struct, frozen=True, kw_only=True):
    """A field that must not be there, and what is said where it is."""

    message: str = "value must be null"
    presence: Presence = Presence.OPTIONAL


class Anything(Struct, frozen=True, kw_only=True):
    """What is not looked into: the children of an entity, which are checked one by one, and other plugins' values."""

    presence: Presence = Presence.OPTIONAL


class Fault(Struct, frozen=True, kw_only=True):
    """What is wrong with a field, in the gateway's words: `id` is the finding's, `field` None for the whole entity."""

    id: str
    field: str | None
    message: str
    key: str | None = None
    """The key whose value it is about, where it is not about one value alone."""


class Record(Struct, frozen=True, kw_only=True):
    """A mapping with fields that are known; `checks` are about several of them together."""

    fields: Mapping[str, "Kind"]
    presence: Presence = Presence.OPTIONAL
    checks: tuple[Callable[[MappingNode], list[Fault]], ...] = field(default=())
    first: Callable[[MappingNode], Fault | None] = lambda _: None
    """What is asked before all else: where it says a fault, it is the only one that is told."""


Kind = Scalar | Array | Map | Record | Foreign | Forbidden | Anything
