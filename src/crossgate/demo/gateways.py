"""The gateways of the demonstration, and where their files are. Must not know what is in the files."""

from pathlib import Path
from typing import Final

from msgspec import Struct

PAGE_FILES: Final = "demo"
"""The folder of the examples whose policies name the demonstration's page."""


class Gateway(Struct, frozen=True, kw_only=True):
    """A gateway: its name and its listener's, the files of its documents, and those that admit the page."""

    name: str
    listener: str
    documents: str
    page_file: str


KGATEWAY: Final = Gateway(
    name="kgateway",
    listener="kgateway-system/http/http",
    documents="kgateway/httproute",
    page_file=f"{PAGE_FILES}/kgateway.yaml",
)
HIGRESS: Final = Gateway(
    name="Higress", listener="higress", documents="higress", page_file=f"{PAGE_FILES}/higress.yaml"
)
KONG: Final = Gateway(name="Kong", listener="kong", documents="kong", page_file=f"{PAGE_FILES}/kong.yaml")

GATEWAYS: Final = (KGATEWAY, HIGRESS, KONG)
"""Every gateway, in the order in which their listeners are ready."""


def examples() -> Path:
    """Return the folder of the examples: the one that a wheel brings, else the one beside the sources.

    It is relative to the current directory where it is inside, because it is shown to people.
    """
    packaged = Path(__file__).with_name("examples")
    found = packaged if packaged.is_dir() else Path(__file__).parents[3] / "examples"
    here = Path.cwd()
    return found.relative_to(here) if found.is_relative_to(here) else found
