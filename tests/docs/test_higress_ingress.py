"""docs/higress-ingress.md: its blocks run, and its tables name what is read and what is not."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from crossgate.diagnostics import Diagnostics, Severity
from crossgate.dialects.enforcement import NOT_ENFORCED
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.source import Source

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "higress-ingress.md").read_text()

FILE = re.compile(r"^```yaml (?P<name>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
TRANSCRIPT = re.compile(r"^```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| (?P<names>`[^|]*) \| ", re.MULTILINE)
NAME = re.compile(r"`([a-z0-9-]+(?:-K)?)`(\\\*)?")


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def annotations() -> list[tuple[str, bool]]:
    """Return the names of the table, and whether each is under both prefixes."""
    rows = (found["names"] for found in ROW.finditer(section("Annotations")))
    return [(name, not star) for row in rows for name, star in NAME.findall(row)]


def said_of(annotation: str) -> list[tuple[str, Severity]]:
    """Return what is said of an Ingress with an annotation: ids, with their severity."""
    ingress = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "i", "annotations": {annotation: "1"}},
        "spec": {"ingressClassName": "higress", "defaultBackend": {"service": {"name": "s", "port": {"number": 80}}}},
    }
    report = Diagnostics()
    read([Source(name="i.json", text=json.dumps(ingress))], ReadOptions(), report)
    return [(found.id, found.severity) for found in report]


@pytest.mark.parametrize(("command", "output"), [(found[1], found[2]) for found in TRANSCRIPT.finditer(PAGE)])
def test_a_transcript_is_what_is_printed(command: str, output: str, tmp_path: Path) -> None:
    program = tmp_path / "crossgate"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from crossgate.cli import main; main()" "$@"\n')
    program.chmod(0o755)
    for found in FILE.finditer(PAGE):
        (tmp_path / found["name"]).write_text(found["text"])
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.stdout == output


@pytest.mark.parametrize(("name", "has_both"), annotations())
def test_an_annotation_of_the_table_is_read(name: str, *, has_both: bool) -> None:
    name = f"{name[:-1]}x" if name.endswith("-K") else name
    assert NOT_ENFORCED not in dict(said_of(f"higress.io/{name}"))
    is_read = NOT_ENFORCED not in dict(said_of(f"nginx.ingress.kubernetes.io/{name}"))
    assert is_read or not has_both


def test_there_are_annotations() -> None:
    assert len(annotations()) > 30


def test_what_is_not_enforced_is_told_by_whether_it_protects() -> None:
    text = section("Annotations").rpartition("\n\n")[2]
    protecting, _, harmless = text.partition("is a warning")
    for name, _ in NAME.findall(protecting):
        assert said_of(f"higress.io/{name}") == [(NOT_ENFORCED, Severity.WARNING)], name
    for name, _ in NAME.findall(harmless.partition("such as")[2]):
        assert said_of(f"nginx.ingress.kubernetes.io/{name}") == [(NOT_ENFORCED, Severity.NOTE)], name
