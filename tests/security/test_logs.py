"""What comes from outside, shown: no line is forged, and no terminal obeys."""

import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from tests.security.scene import Scene

HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
ESCAPES = ["\u009b31m", "\u202egnp.exe", '"}\\u001b[31m', '", "outcome": "forged', "\u2028", "\U000e0001", "%1b[31m"]


def obeyed(text: str) -> list[str]:
    """Return what a terminal would obey or not show."""
    return [character for character in text if unicodedata.category(character) in HIDDEN and character != "\n"]


@pytest.mark.parametrize("text", ESCAPES)
def test_the_access_log_is_one_object_a_line_whatever_is_sent(scene: Scene, gateway: str, text: str) -> None:
    marker = f"/logged-{ESCAPES.index(text)}-{gateway}"
    scene.ask(gateway, ("Origin", text), target=marker)
    logged = json.loads(scene.logged(marker))
    assert logged["path"] == marker
    assert logged["outcome"] != "forged"


@pytest.mark.parametrize("text", ["\x1b[31m", "\x00", "\x08"])
def test_a_control_character_in_a_header_gets_no_further_than_the_parser(scene: Scene, gateway: str, text: str) -> None:
    before = len(scene.upstream.heads)
    assert scene.ask(gateway, ("Origin", text)).status == 400
    assert len(scene.upstream.heads) == before


FILES = {
    "name": (
        '_format_version: "3.0"\nservices: [{name: "a\\e[31m\\u009b", url: "http://a", routes: [{name: "r\\u202e"}]}]\n'
    ),
    "key": '_format_version: "3.0"\n"\\e]0;title\\a": 1\n',
    "value": '_format_version: "\\e[2J\\u2028"\n',
    "comment": '_format_version: "3.0" # \u202e\u2066\nplugins: [{name: cors, config: {a\u202eb: 1}}]\n',
    "tag": "a: !\u200bevil b\n",
    "anchor": "a: *\u200bevil\n",
    "byte": '"\x1b[31m": 1\n',
    "json": '{"_format_version": "3.0", "\\u001b[31m\\u202e": 1}',
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_diagnostic_shows_nothing_that_a_terminal_obeys(tmp_path: Path, kind: str, form: str) -> None:
    file = tmp_path / "a\x1b[31m\u202e.yaml"
    file.write_text(FILES[kind], encoding="utf-8")
    command = [sys.executable, "-c", "from crossgate.cli import main; main()", "check", str(file), "--format", form]
    done = subprocess.run([*command, "--requests", "-"], input=b"", capture_output=True, check=False, timeout=30)
    shown = done.stderr.decode()
    assert done.returncode == 2
    assert "error" in shown
    assert not obeyed(shown)


def test_an_explanation_shows_nothing_that_a_terminal_obeys(tmp_path: Path) -> None:
    file = tmp_path / "kong.yaml"
    plugin = 'plugins: [{name: cors, instance_name: "p q", config: {origins: ["https://\\u202ea", https://a.test]}}]'
    services = "services: [{name: s, url: http://a, routes: [{name: r, paths: [/]}]}]"
    file.write_text(f'_format_version: "3.0"\n{plugin}\n{services}\n', encoding="utf-8")
    command = [sys.executable, "-c", "from crossgate.cli import main; main()", "check", str(file)]
    options = ["--url", "http://a.test/", "--origin", "https://evil.test"]
    done = subprocess.run([*command, *options], capture_output=True, check=False, timeout=30)
    assert not obeyed(done.stdout.decode())
    assert not obeyed(done.stderr.decode())
