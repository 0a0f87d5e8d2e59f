"""The soak, shortened: `make soak` takes ten minutes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.zero_loss.load import Book
from tests.zero_loss.memory import Memory
from tests.zero_loss.soak import JUDGED_FROM, Report

ROOT = Path(__file__).parents[2]
SECONDS = 20


def test_a_short_soak_loses_nothing_and_reports() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.zero_loss.soak", "--seconds", str(SECONDS)],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=SECONDS + 120,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    first, *lines = done.stdout.splitlines()
    assert first.startswith("soak of ")
    assert [line.split()[0] for line in lines] == ["requests", "connections", "changes", "lost", "crossgate", "envoy"]
    assert lines[3].split() == ["lost", "0"]
    # Answers that took longer than the fifteen seconds after which Envoy gives up on a route that says nothing.
    assert "slow" in lines[0]


def report(seconds: float, slope: float = 0.0, lost: list[str] | None = None) -> Report:
    samples = [(float(second), 50 + slope * second) for second in range(int(seconds))]
    return Report(seconds=seconds, book=Book(lost=lost or []), took=[0.1], memory={"envoy": Memory(samples=samples)})


def test_memory_that_grows_is_a_failure_of_a_long_soak() -> None:
    grown = report(2 * JUDGED_FROM, slope=0.1)

    assert grown.memory["envoy"].growth() == pytest.approx(360)
    assert any(failure.startswith("envoy grows: ") for failure in grown.failures())
    assert "FAILED: envoy grows" in grown.text()


def test_memory_that_stays_is_none() -> None:
    assert report(2 * JUDGED_FROM).failures() == []


def test_what_is_lost_is_a_failure_of_any_soak() -> None:
    assert report(1.0, lost=["GET / is answered with 503"]).failures() == ["lost: GET / is answered with 503"]
