"""The transcripts of the documentation are what the commands print, to the letter."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TRANSCRIPT = re.compile(r"^```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL)


def transcripts() -> list[tuple[str, str]]:
    text = (ROOT / "README.md").read_text()
    return [(found["command"], found["output"]) for found in TRANSCRIPT.finditer(text)]


@pytest.mark.parametrize(("command", "output"), transcripts())
def test_a_transcript_is_what_is_printed(command: str, output: str, tmp_path: Path) -> None:
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
    assert done.stdout == output


def test_there_are_transcripts() -> None:
    assert len(transcripts()) >= 2


def test_every_link_leads_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
