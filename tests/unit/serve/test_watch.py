"""Real changes of real files; each test ends as soon as the change is noticed, or fails."""

import asyncio
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crossgate.serve import watch
from crossgate.serve.watch import FileWatch, survey

WITHIN = 10.0
SUFFIXES = (".yaml",)


def noticed(paths: list[Path], *steps: Callable[[], object]) -> int:
    """Make changes one by one, each once the one before was noticed; return how many were."""

    async def test() -> int:
        seen = 0
        changes = FileWatch(paths, SUFFIXES).changes()
        try:
            for step in steps:
                step()
                async with asyncio.timeout(WITHIN):
                    await anext(changes)
                seen += 1
        finally:
            await changes.aclose()
        return seen

    return asyncio.run(test())


def noticed_while_waiting(paths: list[Path], *steps: Callable[[], object]) -> int:
    """Make changes one by one, each with the watch in place and waiting; return how many were noticed."""

    async def test() -> int:
        seen = 0
        changes = FileWatch(paths, SUFFIXES).changes()
        try:
            for step in steps:
                waiting = asyncio.ensure_future(anext(changes))
                # The watch is set up within the first steps of the loop.
                for _ in range(10):
                    await asyncio.sleep(0)
                assert not waiting.done()
                step()
                async with asyncio.timeout(WITHIN):
                    await waiting
                seen += 1
        finally:
            await changes.aclose()
        return seen

    return asyncio.run(test())


@pytest.fixture(autouse=True)
def no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let changes show by themselves, not by looking again after a while."""
    monkeypatch.setattr(watch, "_LOOK_AGAIN_MS", 600_000)


@pytest.fixture(params=[noticed, noticed_while_waiting], ids=["before", "while-waiting"])
def notice(request: pytest.FixtureRequest) -> Callable[..., int]:
    function: Callable[..., int] = request.param
    return function


Notice = Callable[..., int]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sites" / "site.yaml"
    path.parent.mkdir()
    path.write_text("one")
    return path


def replaced(path: Path, text: str) -> None:
    new = path.with_suffix(".tmp")
    new.write_text(text)
    new.rename(path)


def test_a_file_written_in_place(file: Path, notice: Notice) -> None:
    assert notice([file], lambda: file.write_text("second"), lambda: file.write_text("third!")) == 2


def test_a_file_replaced_by_a_rename(file: Path, notice: Notice) -> None:
    assert notice([file], lambda: replaced(file, "two"), lambda: replaced(file, "three")) == 2


def test_a_file_that_vanishes_and_returns(file: Path, notice: Notice) -> None:
    assert notice([file], file.unlink, lambda: file.write_text("back"), file.unlink) == 3


def test_a_file_whose_folder_vanishes_and_returns(file: Path, notice: Notice) -> None:
    def bring_back() -> None:
        file.parent.mkdir()
        file.write_text("back")

    def edit() -> None:
        file.write_text("edited")

    assert notice([file], lambda: shutil.rmtree(file.parent), bring_back, edit) == 3


def test_a_file_whose_folder_is_replaced_at_once(file: Path, notice: Notice) -> None:
    def replace_folder() -> None:
        other = file.parent.with_name("other")
        other.mkdir()
        (other / file.name).write_text("other")
        shutil.rmtree(file.parent)
        other.rename(file.parent)

    assert notice([file], replace_folder, lambda: file.write_text("edited")) == 2


def test_a_folder_whose_files_change(file: Path, notice: Notice) -> None:
    second = file.with_name("second.yaml")

    assert notice([file.parent], lambda: second.write_text("new"), lambda: file.write_text("two"), second.unlink) == 3


def test_a_folder_that_vanishes_and_returns(file: Path, notice: Notice) -> None:
    def bring_back() -> None:
        file.parent.mkdir()
        file.write_text("back")

    assert notice([file.parent], lambda: shutil.rmtree(file.parent), bring_back, lambda: file.write_text("two")) == 3


def test_a_file_in_a_new_folder_of_a_folder(file: Path, notice: Notice) -> None:
    inner = file.parent / "deep" / "er"

    def add() -> None:
        inner.mkdir(parents=True)
        (inner / "site.yaml").write_text("new")

    assert notice([file.parent], add, lambda: (inner / "site.yaml").write_text("edited")) == 2


def test_a_symbolic_link_whose_target_changes(file: Path, tmp_path: Path, notice: Notice) -> None:
    link = tmp_path / "links" / "site.yaml"
    link.parent.mkdir()
    link.symlink_to(file)

    assert notice([link], lambda: file.write_text("edited"), lambda: replaced(file, "replaced")) == 2


def test_a_symbolic_link_in_a_folder_whose_target_changes(file: Path, tmp_path: Path, notice: Notice) -> None:
    links = tmp_path / "links"
    links.mkdir()
    (links / "site.yaml").symlink_to(file)

    assert notice([links], lambda: file.write_text("edited"), lambda: replaced(file, "replaced")) == 2


def test_a_symbolic_link_on_the_way_that_is_turned(tmp_path: Path, notice: Notice) -> None:
    for name in ("a", "b"):
        (tmp_path / "releases" / name).mkdir(parents=True)
        (tmp_path / "releases" / name / "site.yaml").write_text(name)
    current = tmp_path / "current"
    current.symlink_to("releases/a")

    def turn() -> None:
        (tmp_path / "new").symlink_to("releases/b")
        (tmp_path / "new").rename(current)

    def edit() -> None:
        (tmp_path / "releases" / "b" / "site.yaml").write_text("edited")

    assert notice([current / "site.yaml"], turn, edit) == 2


@pytest.mark.parametrize("is_folder_given", [True, False], ids=["folder", "file"])
def test_a_volume_of_kubernetes_that_is_updated(tmp_path: Path, notice: Notice, *, is_folder_given: bool) -> None:
    """The kubelet writes a new folder, turns `..data` to it by a rename, and removes the old folder."""
    volume = tmp_path / "volume"
    volume.mkdir()
    (volume / "site.yaml").symlink_to("..data/site.yaml")
    versions = iter(range(10))

    def update() -> None:
        version = next(versions)
        folder = volume / f"..2026_{version}"
        folder.mkdir()
        (folder / "site.yaml").write_text(f"version {version}")
        (volume / "..data_tmp").symlink_to(folder.name)
        (volume / "..data_tmp").rename(volume / "..data")
        if version:
            shutil.rmtree(volume / f"..2026_{version - 1}")

    update()
    assert notice([volume if is_folder_given else volume / "site.yaml"], update, update) == 2


def test_a_file_that_is_not_there_from_the_start(tmp_path: Path, notice: Notice) -> None:
    path = tmp_path / "not" / "yet" / "site.yaml"

    def create() -> None:
        path.parent.mkdir(parents=True)
        path.write_text("here")

    assert notice([path], create) == 1


def test_a_burst_counts_once(file: Path) -> None:
    def write_often() -> None:
        for number in range(100):
            replaced(file, f"number {number}")

    async def test() -> None:
        changes = FileWatch([file], SUFFIXES).changes()
        write_often()
        async with asyncio.timeout(WITHIN):
            await anext(changes)
        more = asyncio.ensure_future(anext(changes))
        await asyncio.wait([more], timeout=0.2)
        assert not more.done()
        more.cancel()
        await asyncio.gather(more, return_exceptions=True)
        await changes.aclose()

    asyncio.run(test())


def test_what_does_not_matter_is_not_noticed(file: Path) -> None:
    """A file of another suffix, a reading, a change of the folder's own times: only the last step is a change."""

    def disturb() -> None:
        file.with_suffix(".swp").write_text("draft")
        file.with_name(".hidden.yaml").write_text("draft")
        hidden = file.parent / ".git"
        hidden.mkdir()
        (hidden / "site.yaml").write_text("draft")
        file.read_text()
        os.utime(file.parent)

    async def test() -> None:
        changes = FileWatch([file.parent], SUFFIXES).changes()
        waiting = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0)
        disturb()
        await asyncio.wait([waiting], timeout=0.2)
        assert not waiting.done()
        replaced(file, "changed")
        async with asyncio.timeout(WITHIN):
            await waiting
        await changes.aclose()

    asyncio.run(test())


def test_folders_without_events_are_looked_at_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_LOOK_AGAIN_MS", 20)
    monkeypatch.setattr(watch, "_note", lambda *_: None)
    elsewhere = file.parent.parent / "elsewhere"
    elsewhere.mkdir()
    real = watch.survey

    def blind(paths: list[Path], suffixes: tuple[str, ...]) -> watch.Survey:
        return watch.Survey(files=real(paths, suffixes).files, folders={elsewhere: (0, 0)})

    monkeypatch.setattr(watch, "survey", blind)

    assert noticed_while_waiting([file], lambda: file.write_text("changed")) == 1


def test_a_system_without_watches_to_spare_is_looked_at_instead(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "OS file watch limit reached")

    monkeypatch.setattr(watch, "awatch", refuse)
    monkeypatch.setattr(watch, "_RETRY_AFTER", 0.01)

    assert noticed([file], lambda: file.write_text("second"), file.unlink) == 2


def test_a_pipe_is_no_file_that_changes(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()

    assert list(survey([tmp_path / "pipe", tmp_path / "file"], SUFFIXES).files) == [tmp_path / "file"]


def test_without_files_there_are_no_changes() -> None:
    async def test() -> None:
        changes = FileWatch([], SUFFIXES).changes()
        waiting = asyncio.ensure_future(anext(changes))
        await asyncio.wait([waiting], timeout=0.05)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(test())


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("b.yaml")
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    (tmp_path / "self").symlink_to(".")
    (tmp_path / "real.yaml").write_text("x")

    assert list(survey([tmp_path, tmp_path / "a.yaml"], SUFFIXES).files) == [tmp_path / "real.yaml"]
