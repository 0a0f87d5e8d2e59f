import tempfile
from pathlib import Path

import pytest

from crossgate.serve import private
from crossgate.serve.private import private_folder


def test_nobody_else_may_enter_and_nothing_is_left() -> None:
    with private_folder() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "file").touch()

    assert not folder.exists()


def test_it_is_where_temporary_files_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private, "_LONGEST_FOLDER", 4096)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with private_folder() as folder:
        assert folder.parent == tmp_path


def test_its_path_stays_short_enough_for_sockets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))

    with private_folder() as folder:
        assert len(str(folder / "admin.sock")) < 100
