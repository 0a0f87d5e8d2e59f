"""The page about the Higress plugin: its transcripts are what the commands print, to the letter."""

import re
from pathlib import Path

import pytest

from tests.docs.test_readme import ROOT, TRANSCRIPT, printed

PAGE = "docs/higress.md"


def test_transcripts_are_what_is_printed(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    text = (ROOT / PAGE).read_text()

    def again(found: re.Match[str]) -> str:
        return f"```console\n$ {found['command']}\n{printed(found['command'], tmp_path)}```"

    current = TRANSCRIPT.sub(again, text)
    assert len(TRANSCRIPT.findall(text)) >= 2
    if request.config.getoption("update_transcripts", default=False):
        (ROOT / PAGE).write_text(current)
        return
    assert current == text
