import asyncio
import os
from pathlib import Path

import pytest

from crossgate.serve.completeness import Completeness, is_being_written, wait_until_written, written_in_place
from crossgate.serve.watch import Stamp, survey


def stamps(*files: Path) -> dict[Path, Stamp]:
    return survey(files, ()).files


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\nb: 2\n")
    return path


@pytest.mark.parametrize("content", ["a: 1\nb: ", ""], ids=["cut-off", "emptied"])
def test_a_file_that_no_longer_ends_where_a_line_ends_is_half_written(file: Path, content: str) -> None:
    whole = Completeness(stamps(file))
    assert whole.problems(stamps(file)) == []

    file.write_text(content)

    (problem,) = whole.problems(stamps(file))
    assert problem.message == f"`{file}` ends within a line, and did not before: it looks half-written"
    assert problem.help is not None


def test_a_file_that_took_the_place_of_another_is_whole(file: Path) -> None:
    whole = Completeness(stamps(file))

    file.with_suffix(".new").write_text("a: 1")
    file.with_suffix(".new").rename(file)

    assert whole.changed(stamps(file)) == [file]
    assert whole.problems(stamps(file)) == []


def test_a_file_that_never_ended_where_a_line_ends_is_taken_as_it_comes(file: Path) -> None:
    file.write_text("a: 1")
    whole = Completeness(stamps(file))

    file.write_text("a: 22")

    assert whole.problems(stamps(file)) == []


def test_a_file_that_cannot_be_read_is_for_its_reader_to_report(file: Path) -> None:
    whole = Completeness(stamps(file))
    before = stamps(file)
    file.unlink()

    assert whole.problems(before) == []
    assert whole.problems(stamps(file)) == []


def test_what_is_accepted_is_what_counts(file: Path) -> None:
    whole = Completeness(stamps(file))
    file.write_text("a: 1")

    whole.accept(stamps(file))

    assert whole.changed(stamps(file)) == []
    assert whole.problems(stamps(file)) == []


def test_only_the_same_file_is_written_in_place(file: Path, tmp_path: Path) -> None:
    new, replaced = tmp_path / "new.yaml", tmp_path / "replaced.yaml"
    replaced.write_text("a: 1\n")
    before = stamps(file, replaced)

    file.write_text("a: 1\n")
    new.write_text("a: 1\n")
    replaced.with_suffix(".tmp").write_text("a: 22\n")
    replaced.with_suffix(".tmp").rename(replaced)

    assert written_in_place(before, stamps(file, replaced, new)) == [file]


def test_a_file_is_being_written_until_it_is_closed(file: Path) -> None:
    assert not is_being_written(file)
    with file.open("a"):
        assert is_being_written(file)
    with file.open("r"):
        assert not is_being_written(file)


def test_what_is_no_file_is_not_being_written(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert not is_being_written(tmp_path / "pipe")
    assert not is_being_written(tmp_path)
    assert not is_being_written(tmp_path / "nowhere")


def test_it_is_waited_until_the_last_writer_is_gone(file: Path) -> None:
    async def check() -> None:
        with file.open("a"):
            waiting = asyncio.create_task(wait_until_written([file], within=60.0))
            await asyncio.sleep(0)
            assert not waiting.done()
        await waiting

    asyncio.run(check())


def test_it_is_not_waited_for_ever(file: Path) -> None:
    with file.open("a"):
        asyncio.run(wait_until_written([file], within=0.0))
        assert is_being_written(file)
