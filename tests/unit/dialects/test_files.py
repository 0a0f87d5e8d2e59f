"""Files, folders and standard input become sources; whatever cannot be read is a diagnostic."""

import io
import os
from pathlib import Path

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects import files
from crossgate.dialects.files import read_sources
from crossgate.source import Source


def read(*paths: Path | str, stdin: str = "") -> tuple[list[Source], Diagnostics]:
    report = Diagnostics()
    return read_sources([str(path) for path in paths], io.StringIO(stdin), report), report


def names(folder: Path) -> list[str]:
    sources, report = read(folder)
    assert not list(report)
    return [source.name.removeprefix(f"{folder}/") for source in sources]


def write(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path)


def test_sources_come_in_the_order_of_the_paths(tmp_path: Path) -> None:
    write(tmp_path, "b.yaml", "a.conf")
    sources, report = read(tmp_path / "b.yaml", "-", tmp_path / "a.conf", stdin="in")
    assert [(source.text, source.index) for source in sources] == [("b.yaml", 0), ("in", 1), ("a.conf", 2)]
    assert [source.name for source in sources] == [f"{tmp_path}/b.yaml", "<stdin>", f"{tmp_path}/a.conf"]
    assert not list(report)


def test_a_folder_gives_its_files_by_name_and_no_hidden_ones(tmp_path: Path) -> None:
    write(tmp_path, "z.yaml", "a.yml", "b.json", "sub/c.yaml", "sub/deep/d.yaml", "note.txt", "yaml")
    write(tmp_path, ".hidden.yaml", ".git/e.yaml", "sub/.f.yaml")
    assert names(tmp_path) == ["a.yml", "b.json", "sub/c.yaml", "sub/deep/d.yaml", "z.yaml"]


def test_names_are_as_the_user_gave_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a/b.yaml")
    monkeypatch.chdir(tmp_path)
    for folder, name in [(".", "./b.yaml"), ("../a", "../a/b.yaml"), ("./", "./b.yaml"), ("b.yaml", "b.yaml")]:
        monkeypatch.chdir(tmp_path / "a")
        assert [source.name for source in read(folder)[0]] == [name]


def test_links_are_followed_and_loops_are_not(tmp_path: Path) -> None:
    write(tmp_path, "a/real.yaml", "..data/mounted.yaml", "elsewhere/b.yaml")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a")
    (tmp_path / "mounted.yaml").symlink_to("..data/mounted.yaml")
    assert names(tmp_path) == ["a/real.yaml", "elsewhere/b.yaml", "mounted.yaml"]


def test_each_file_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml")
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    sources, report = read(tmp_path / "a.yaml", tmp_path, tmp_path / "a.yaml", "-", "-", stdin="in")
    assert [source.text for source in sources] == ["a.yaml", "in"]
    assert not list(report)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_is_no_text(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.yaml").write_bytes(content + "é".encode())
    assert [source.text for source in read(tmp_path)[0]] == ["é"]


def test_line_breaks_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"a\r\nb\r\n")
    assert read(tmp_path)[0][0].text == "a\r\nb\r\n"


def test_the_first_byte_that_is_not_utf8_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("é: x\nb: ".encode() + b"\xff\n")
    write(tmp_path, "b.yaml")
    sources, report = read(tmp_path)
    (found,) = report
    assert [source.text for source in sources] == ["b.yaml"]
    assert (found.id, found.message) == ("not-utf-8", "not UTF-8: byte 0xff at offset 9")
    assert str(found.span) == f"{tmp_path}/a.yaml:2:4"


def test_utf16_is_told_to_be_saved_anew(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: b", encoding="utf-16")
    (found,) = read(tmp_path)[1]
    assert (found.id, found.hint) == ("not-utf-8", "save the file as UTF-8")


@pytest.mark.parametrize("path", ["missing.yaml", "", "a\0b", "x" * 5_000, "file.yaml/below"])
def test_what_is_not_there_is_an_error_and_the_rest_is_read(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "file.yaml")
    sources, report = read(path, "file.yaml")
    (found,) = report
    assert [source.text for source in sources] == ["file.yaml"]
    assert (found.id, found.span) == ("unreadable-file", None)
    assert found.message.startswith(f"cannot read `{path}`: ")
    assert not found.message.endswith(".")


def test_a_broken_link_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("nowhere")
    (found,) = read(tmp_path)[1]
    assert found.message == f"cannot read `{tmp_path}/a.yaml`: no such file or directory"


def test_a_file_that_vanishes_after_it_was_listed_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.yaml", "b.yaml")
    real_listdir = os.listdir

    def listdir_and_remove(folder: str) -> list[str]:
        listed = real_listdir(folder)
        (tmp_path / "a.yaml").unlink()
        return listed

    monkeypatch.setattr(os, "listdir", listdir_and_remove)
    sources, report = read(tmp_path)
    assert [source.text for source in sources] == ["b.yaml"]
    assert [found.id for found in report] == ["unreadable-file"]


def test_a_folder_that_cannot_be_listed_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: str) -> list[str]:
        raise PermissionError(13, "Permission denied", folder)

    monkeypatch.setattr(os, "listdir", refuse)
    (found,) = read(tmp_path)[1]
    assert (found.id, found.message) == ("unreadable-file", f"cannot read `{tmp_path}`: permission denied")


@pytest.mark.parametrize("path", ["note.txt", ".hidden.yaml", "sub/note.txt", None])
def test_a_folder_with_nothing_to_read_is_an_error(tmp_path: Path, path: str | None) -> None:
    write(tmp_path, *([path] if path else []))
    (found,) = read(tmp_path)[1]
    assert (found.id, found.span) == ("empty-folder", None)
    assert str(tmp_path) in found.message
    assert ".yaml" in (found.hint or "")


def test_a_file_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAXIMUM_SIZE", 10)
    (tmp_path / "a.yaml").write_text("x" * 10)
    (tmp_path / "b.yaml").write_text("x" * 11)
    sources, report = read(tmp_path, "-", stdin="y" * 11)
    assert [source.text for source in sources] == ["x" * 10]
    assert [found.id for found in report] == ["file-too-large"] * 2


def test_pipes_are_read_when_named_and_skipped_in_folders(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert [found.id for found in read(tmp_path)[1]] == ["empty-folder"]
    receiver, sender = os.pipe()
    os.write(sender, b"piped")
    os.close(sender)
    try:
        assert [source.text for source in read(f"/dev/fd/{receiver}")[0]] == ["piped"]
    finally:
        os.close(receiver)


@pytest.mark.parametrize(("content", "text"), [(b"\xef\xbb\xbfa: \xc3\xa9", "a: é"), (b"a\r\nb", "a\r\nb")])
def test_standard_input_is_utf8_whatever_the_locale(content: bytes, text: str) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(content), encoding="ascii")
    report = Diagnostics()
    assert [source.text for source in read_sources(["-"], stdin, report)] == [text]
    assert not list(report)


def test_standard_input_that_is_not_utf8_is_an_error() -> None:
    report = Diagnostics()
    assert read_sources(["-"], io.TextIOWrapper(io.BytesIO(b"\xff")), report) == []
    assert [(found.id, str(found.span)) for found in report] == [("not-utf-8", "<stdin>:1:1")]
