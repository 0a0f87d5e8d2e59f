"""The transcripts of the documentation are what the commands print, to the letter."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TRANSCRIPT = re.compile(r"^```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL)


PAGES = ("README.md", "docs/tutorial.md", "docs/kong.md", "docs/kgateway-policies.md")


def transcripts(*pages: str) -> list[tuple[str, str]]:
    return [
        (found["command"], found["output"])
        for page in pages
        for found in TRANSCRIPT.finditer((ROOT / page).read_text())
    ]


def printed(command: str, tmp_path: Path) -> str:
    """Run a command as a shell does, in the repository."""
    program = tmp_path / "crossgate"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from crossgate.cli import main; main()" "$@"\n')
    program.chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


@pytest.mark.parametrize("page", PAGES)
def test_transcripts_are_what_is_printed(page: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    text = (ROOT / page).read_text()

    def again(found: re.Match[str]) -> str:
        return f"```console\n$ {found['command']}\n{printed(found['command'], tmp_path)}```"

    current = TRANSCRIPT.sub(again, text)
    if request.config.getoption("update_transcripts", default=False):
        (ROOT / page).write_text(current)
        return
    assert current == text


@pytest.mark.parametrize("page", PAGES)
def test_there_are_transcripts(page: str) -> None:
    assert len(transcripts(page)) >= 2


def test_every_link_leads_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
