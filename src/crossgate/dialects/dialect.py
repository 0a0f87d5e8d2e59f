"""What every dialect is to the rest: a name, the kinds of objects that it reads, and a reader.

This much of every dialect is known at every start, whatever the files hold: it must import no reader, and what it has
are named tuples, so that help is written before records (`msgspec`) are imported.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from crossgate.diagnostics import Diagnostics
    from crossgate.dialects.documents import Documents
    from crossgate.dialects.options import ReadOptions
    from crossgate.dialects.reading import Reading
    from crossgate.model.gateway import Listener

Kind: TypeAlias = tuple[str, str]
"""Group and kind of a Kubernetes object."""


class Sharing(NamedTuple):
    """How a gateway serves objects of a kind that another dialect reads, with policies of its own.

    `gateways` are those of the kind, by namespace and name, that are its own; `govern` hangs its policies on the
    listeners that the other dialect made of them.
    """

    kind: Kind
    gateways: "Callable[[Documents], frozenset[tuple[str, str]]]"
    govern: "Callable[[Sequence[Listener], Documents, ReadOptions, Diagnostics], tuple[Listener, ...]]"


class Dialect(NamedTuple):
    """A gateway's language.

    `kinds` are the Kubernetes objects that it reads, and `is_declarative` says that it reads declarative files: where
    there is none of these, `read` is not called. `common` are kinds that it reads beside its own, which say nothing by
    themselves. `documents` are the versions of the gateway's documents that it can follow, the default first;
    `releases` those of the gateway whose CORS decision it can emulate, bugs included; `routers` are the flavours that
    its router has, the default first. `protecting` are kinds that it does not read although they protect what it
    serves.
    """

    name: str
    documents: tuple[str, ...]
    read: "Callable[[Documents, ReadOptions, Diagnostics], Reading]"
    kinds: frozenset[Kind] = frozenset()
    common: frozenset[Kind] = frozenset()
    is_declarative: bool = False
    releases: tuple[str, ...] = ()
    routers: tuple[str, ...] = ()
    protecting: frozenset[Kind] = frozenset()
    sharing: Sharing | None = None

    @property
    def known(self) -> frozenset[Kind]:
        """The kinds that are something to it."""
        return self.kinds | self.common | self.protecting
