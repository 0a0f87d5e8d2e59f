"""A folder that nobody else may enter, for sockets and the bootstrap. Must not know what is put into it."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_LONGEST_FOLDER: Final = 80
"""Socket paths hold about 100 bytes (sun_path is 104 on some systems), of which a file name needs some."""


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """Make a folder for this user only (mode 0700), and remove it with all that is in it at the end."""
    base = tempfile.gettempdir()
    if len(os.fsencode(base)) > _LONGEST_FOLDER:
        base = "/tmp"  # noqa: S108 - mkdtemp makes a folder of a new name there, for this user only
    with tempfile.TemporaryDirectory(prefix="crossgate-", dir=base, ignore_cleanup_errors=True) as folder:
        yield Path(folder)
