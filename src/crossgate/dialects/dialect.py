"""What every dialect is to the rest: a name, the kinds of objects that it reads, and a reader."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import Documents
from crossgate.dialects.options import ReadOptions
from crossgate.model.attachments import NO_ATTACHMENTS, Attachments
from crossgate.model.gateway import Listener


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a dialect makes of documents: listeners, and the account of which policies are at which of their routes."""

    listeners: tuple[Listener, ...] = ()
    attachments: Attachments = field(default=NO_ATTACHMENTS, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """How a gateway serves objects of a kind that another dialect reads, with policies of its own.

    `gateways` are those of the kind, by namespace and name, that are its own; `govern` hangs its policies on the
    listeners that the other dialect made of them.
    """

    kind: tuple[str, str]
    gateways: Callable[[Documents], frozenset[tuple[str, str]]]
    govern: Callable[[Sequence[Listener], Documents, ReadOptions, Diagnostics], tuple[Listener, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A gateway's language.

    `kinds` are (group, kind) of the Kubernetes objects that it reads; `documents` are the versions of the gateway's
    documents that it can follow, the default first; `releases` those of the gateway whose CORS decision it can emulate,
    bugs included; `routers` are the flavours that its router has, the default first. `protecting` are kinds that it
    does not read although they protect what it serves.
    """

    name: str
    kinds: frozenset[tuple[str, str]]
    documents: tuple[str, ...]
    read: Callable[[Documents, ReadOptions, Diagnostics], Reading]
    releases: tuple[str, ...] = ()
    routers: tuple[str, ...] = ()
    protecting: frozenset[tuple[str, str]] = frozenset()
    sharing: Sharing | None = None
