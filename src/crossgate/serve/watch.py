"""Noticing that files changed, vanished or came back. Must not know what is in them.

Events only say where to look: what counts is a survey of the files before and after, so a change is a change however it
was made (written in place, replaced by a rename, a symbolic link turned to another folder as Kubernetes does with
`..data`), and none is missed between two watches.
"""

import asyncio
import contextlib
import os
import stat
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path
from typing import Final

from msgspec import Struct, field
from watchfiles import awatch

DEFAULT_SUFFIXES: Final = (".yaml", ".yml", ".json")
_LOOK_AGAIN_MS: Final = 5_000
"""Folders that report no events (some network and container mounts) are still looked at."""
_QUIET_MS: Final = 20
_LONGEST_BURST_MS: Final = 500
_RETRY_AFTER: Final = 0.5
_MOST_LINKS: Final = 40

Identity = tuple[int, int]
Stamp = tuple[int, int, int, int]


class Survey(Struct, frozen=True, kw_only=True):
    """The files that matter with their stamps, and the folders in which a change of them would show."""

    files: dict[Path, Stamp] = field(default_factory=dict)
    folders: dict[Path, Identity] = field(default_factory=dict)


class FileWatch:
    """Watches files and folders from the moment it is made."""

    def __init__(self, paths: Iterable[Path], suffixes: tuple[str, ...] = DEFAULT_SUFFIXES) -> None:
        """Note how the paths stand; in folders, only files with these suffixes matter."""
        self._paths = tuple(paths)
        self._suffixes = suffixes
        self._seen = survey(self._paths, suffixes)

    def files(self) -> dict[Path, Stamp]:
        """Return the files that matter as they stand at this moment, with what tells one state from another."""
        return self._survey().files

    async def changes(self) -> AsyncGenerator[None]:
        """Yield once for each change since the last one that was yielded; several in a burst count once."""
        if not self._paths:
            await asyncio.Event().wait()
        while True:
            try:
                async with contextlib.aclosing(self._while_same(self._survey().folders)) as changes:
                    async for _ in changes:
                        yield
            except OSError:
                # A folder that vanished on the way, or the system's limit of watches: look at intervals instead.
                if self._has_changed(self._survey()):
                    yield
                await asyncio.sleep(_RETRY_AFTER)

    async def _while_same(self, folders: dict[Path, Identity]) -> AsyncGenerator[None]:
        """Yield changes until other folders have to be watched."""
        events = awatch(
            *folders,
            watch_filter=None,
            debounce=_LONGEST_BURST_MS,
            step=_QUIET_MS,
            rust_timeout=_LOOK_AGAIN_MS,
            yield_on_timeout=True,
            recursive=False,
            ignore_permission_denied=True,
        )
        event = asyncio.ensure_future(anext(events))
        try:
            # The watch is in place once the first step of `awatch` ran, so nothing is lost before the first survey.
            await asyncio.sleep(0)
            while True:
                now = self._survey()
                if self._has_changed(now):
                    yield
                if now.folders != folders:
                    return
                await event
                event = asyncio.ensure_future(anext(events))
        finally:
            event.cancel()
            with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration, OSError):
                await event
            await events.aclose()

    def _survey(self) -> Survey:
        return survey(self._paths, self._suffixes)

    def _has_changed(self, now: Survey) -> bool:
        before, self._seen = self._seen, now
        return before.files != now.files


def survey(paths: Iterable[Path], suffixes: tuple[str, ...]) -> Survey:
    """Return how files and folders stand; what doesn't exist is looked for in the nearest folder that does."""
    found = Survey()
    entered: set[Path] = set()
    for path in paths:
        _follow(path.absolute(), found)
        if _is_folder(path):
            _enter(path.absolute(), suffixes, found, entered)
        else:
            _stamp(path, found)
    return found


def _enter(folder: Path, suffixes: tuple[str, ...], found: Survey, entered: set[Path]) -> None:
    """Survey the files of a folder and of all folders in it, through symbolic links but never twice."""
    real = Path(os.path.realpath(folder))
    if real in entered:
        return
    entered.add(real)
    _note(real, found)
    for path in _entries(folder):
        if _is_link(path):
            _follow(path, found)
        if _is_folder(path):
            _enter(path, suffixes, found, entered)
        elif path.suffix in suffixes:
            _stamp(path, found)


def _entries(folder: Path) -> list[Path]:
    """List a folder, without what is hidden; what Kubernetes hides in a volume is found by the links to it."""
    with contextlib.suppress(OSError):
        return [path for path in folder.iterdir() if not path.name.startswith(".")]
    return []


def _follow(path: Path, found: Survey) -> None:
    """Note the folder of each symbolic link on the way to a file, and of the file itself: any may be replaced."""
    for _ in range(_MOST_LINKS):
        link = next((parent for parent in (*reversed(path.parents), path) if _is_link(parent)), None)
        if link is None:
            break
        _note(link.parent, found)
        with contextlib.suppress(OSError):
            target = os.path.normpath(link.parent / link.readlink())
            path = Path(target) / path.relative_to(link)
    _note(next(parent for parent in path.parents if _is_folder(parent)), found)


def _is_folder(path: Path) -> bool:
    """Tell whether a path leads to a folder; what can't be looked at is none."""
    with contextlib.suppress(OSError):
        return path.is_dir()
    return False


def _is_link(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return path.is_symlink()
    return False


def _note(folder: Path, found: Survey) -> None:
    if (identity := _identity(folder)) is not None:
        found.folders[folder] = identity


def _identity(folder: Path) -> Identity | None:
    """Return what tells a folder from another that took its name."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _stamp(path: Path, found: Survey) -> None:
    with contextlib.suppress(OSError):
        status = path.stat()
        # A pipe, say of a shell's `<(…)`, can be read once: what becomes of it is no change.
        if stat.S_ISREG(status.st_mode):
            found.files[path] = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
