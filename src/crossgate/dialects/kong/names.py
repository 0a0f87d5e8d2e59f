"""The names of things: the dialect's own, its documents and releases, the flavours of its router."""

from enum import StrEnum
from typing import Final

NAME: Final = "kong"

DOCUMENTS: Final = ("3",)
RELEASES: Final = ("3.9",)
"""Those whose code's decision can be had instead; the code of all later ones is the same but for `condition`."""


class Flavour(StrEnum):
    """The router's flavours; the documents' default is the first one."""

    COMPATIBLE = "traditional_compatible"
    TRADITIONAL = "traditional"
