"""Files to start from: the examples, and one file of each dialect that uses every field that its reader knows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from crossgate.dialects.files import TESTS

_EXAMPLES: Final = Path(__file__).parents[2] / "examples"
_FULL: Final = Path(__file__).with_name("seeds")


def texts() -> list[str]:
    """Return the files as they are written."""
    files = [*_EXAMPLES.rglob("*.yaml"), *_FULL.glob("*.yaml")]
    return [file.read_text(encoding="utf-8") for file in sorted(files)]


def files() -> list[list[Any]]:
    """Return the documents of each file, whole gateways all of them."""
    folders = [folder for folder in sorted(_EXAMPLES.rglob("*")) if folder.is_dir() and any(folder.glob("*.yaml"))]
    groups = [sorted(folder.glob("*.yaml")) for folder in folders if folder.name != "demo"]
    groups = [[file for file in group if not file.name.endswith(TESTS)] for group in groups]
    groups += [[file] for file in sorted(_FULL.glob("*.yaml"))]
    return [[document for file in group for document in _documents(file)] for group in groups]


def _documents(file: Path) -> Iterator[Any]:
    yield from yaml.safe_load_all(file.read_text(encoding="utf-8"))
