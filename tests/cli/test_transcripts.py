"""What the commands print, to the letter; `pytest tests/cli --update-transcripts` writes it anew."""

import io
import sys
from pathlib import Path

import pytest

from crossgate.cli import main
from tests.cli.transcript import Printed, Transcript, read

TRANSCRIPTS = Path(__file__).with_name("transcripts")


def printed_by(transcript: Transcript, capsys: pytest.CaptureFixture[str]) -> Printed:
    """Run the command in this process; whatever it doesn't catch fails the test."""
    with pytest.raises(SystemExit) as ended:
        main(transcript.arguments)
    code = ended.value.code
    assert isinstance(code, int)
    out, err = capsys.readouterr()
    return Printed(stdout=out, stderr=err, code=code)


@pytest.mark.parametrize("path", sorted(TRANSCRIPTS.glob("*.txt")), ids=lambda path: path.stem)
def test_a_transcript(
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    text = path.read_text(encoding="utf-8")
    transcript = read(text)
    transcript.prepare(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(transcript.stdin.encode()), encoding="utf-8"))
    printed = printed_by(transcript, capsys)
    if request.config.getoption("update_transcripts", default=False):
        path.write_text(transcript.with_printed(printed), encoding="utf-8")
        return
    assert printed == transcript.printed
    assert transcript.with_printed(printed) == text


def test_there_are_transcripts() -> None:
    assert {path.stem for path in TRANSCRIPTS.glob("help*.txt")} >= {"help", "help-check", "help-compile", "help-run"}
    assert all(path.suffix == ".txt" for path in TRANSCRIPTS.iterdir())
