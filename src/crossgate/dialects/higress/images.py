"""Which plugin an image is, and which version of it."""

import re
from typing import Final

from msgspec import Struct

_TAG: Final = re.compile(r"v?(?P<major>[0-9]+)\.(?P<minor>[0-9]+)(?:\.(?P<patch>[0-9]+))?(?:[-+.].*)?")
_FIRST_OF_2_0: Final = (2, 0, 1)
"""Images up to the tag 2.0.0 hold the code of 1.0.0."""


class Image(Struct, frozen=True, kw_only=True):
    """The name of a plugin, and its version where the address says one: `oci://…/plugins/cors:1.0.0`."""

    name: str
    version: tuple[int, int, int] | None

    @property
    def documents(self) -> str:
        """The documents that go with it; `latest`, and what says no version, is the newest."""
        return "1.0" if self.version is not None and self.version < _FIRST_OF_2_0 else "2.0"


def image(url: str) -> Image:
    """Read the address of an image, or of a file in a folder called like the plugin, perhaps by its version."""
    path = url.partition("@")[0].partition("?")[0]
    *folders, last = path.split("/")
    name, _, tag = last.partition(":")
    if name.endswith(".wasm"):
        name, tag = name.removesuffix(".wasm"), ""
        if folders and _TAG.fullmatch(folders[-1]):
            tag = folders.pop()
        if name in ("main", "plugin") and folders:
            name = folders[-1]
    return Image(name=name, version=_version(tag))


def _version(tag: str) -> tuple[int, int, int] | None:
    found = _TAG.fullmatch(tag)
    return None if found is None else (int(found["major"]), int(found["minor"]), int(found["patch"] or 0))
