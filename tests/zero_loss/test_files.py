"""A file that is broken, half-written, vanished or unreadable changes nothing, and is reported once."""

import asyncio
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read_paths
from tests.zero_loss.clients import Http1, Request
from tests.zero_loss.conftest import Run
from tests.zero_loss.examples import EXAMPLES, Example
from tests.zero_loss.gateway import Gateway
from tests.zero_loss.upstream import Upstream

KEPT = "crossgate: still serving the last good configuration"
RELOADED = "crossgate: configuration reloaded"
ENDS = "crossgate: stopping"
POLICY_FILES = {
    "kgateway/trafficpolicy": "trafficpolicy.yaml",
    "kgateway/httproute": "httproute.yaml",
    "higress": "httpbin.yaml",
    "kong": "kong.yaml",
}
"""Of each example, the file to harm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """An example that is served from a copy of its files, and its answers."""

    example: Example
    files: tuple[Path, ...]
    gateway: Gateway
    answers: Callable[[int], None]
    """Asks so many times, and sees that all answers are those of the example's policy."""

    @property
    def file(self) -> Path:
        return next(file for file in self.files if file.name == POLICY_FILES[self.example.name])

    def reports(self) -> list[str]:
        """End it; return what was said of the configuration until then."""
        self.gateway.stop()
        return [line for line in self.gateway.err.rest() if line == KEPT or line.startswith(("error", RELOADED))]


@pytest.fixture(params=EXAMPLES, ids=lambda example: example.name)
def served(request: pytest.FixtureRequest, run: Run, tmp_path: Path, runner: asyncio.Runner) -> Iterator[Served]:
    example: Example = request.param
    files = tuple(Path(shutil.copy(file, tmp_path)) for file in example.files)
    upstream = runner.run(Upstream().start())
    resolve = f"--resolve={example.backend}=127.0.0.1:{upstream.port}"
    gateway = run(*files, f"--listen={example.listener}=127.0.0.1:0", resolve)
    address = gateway.ready(1)[example.listener]
    row = next(row for row in example.rows if row.grants)

    async def ask(times: int) -> None:
        client = await Http1.open(address)
        for _ in range(times):
            answer = await client.exchange(example.request(row, method="GET"))
            assert (answer.status, answer.value("access-control-allow-origin")) == (200, row.grants)
            assert answer.value("access-control-expose-headers") is not None
        await client.close()

    yield Served(example=example, files=files, gateway=gateway, answers=lambda times: runner.run(ask(times)))
    runner.run(upstream.stop())


def is_readable(files: tuple[Path, ...]) -> bool:
    """Tell whether files can be served as they are."""
    options = ReadOptions(without=frozenset())
    return read_paths([str(file) for file in files], io.StringIO(), options, Diagnostics()) is not None


def write_half(served: Served, *, at_line_end: bool) -> str:
    """Write in place what would be good, and says something else: the file without its end; return the whole text."""
    text = served.file.read_text(encoding="utf-8")
    for length in range(len(text) - 2, 0, -1):
        if (text[length - 1] == "\n") is at_line_end and text[length - 1] != " ":
            served.file.write_text(text[:length], encoding="utf-8")
            if is_readable(served.files):
                return text
    raise AssertionError("no part of the file is good")


def test_a_broken_file(served: Served) -> None:
    good = served.file.read_text(encoding="utf-8")

    served.file.write_text(good + "\n}\n", encoding="utf-8")
    served.gateway.err.until(KEPT)
    served.answers(5)
    served.file.write_text(good, encoding="utf-8")

    served.gateway.err.until("the configuration is good again")
    served.answers(5)
    assert served.reports() == []


@pytest.mark.parametrize("harm", ["cut-off", "emptied"])
def test_a_half_written_file_that_is_left_so(served: Served, harm: str) -> None:
    whole = served.file.read_text(encoding="utf-8")

    if harm == "emptied":
        served.file.write_text("", encoding="utf-8")
    else:
        write_half(served, at_line_end=False)

    assert served.gateway.err.until(KEPT)[-3:] == [
        f"error: `{served.file}` ends within a line, and did not before: it looks half-written",
        "  help: write it again; if it is meant so, end its last line, or replace the file by a rename",
        KEPT,
    ]
    served.answers(5)
    served.file.write_text(whole, encoding="utf-8")
    served.gateway.err.until("the configuration is good again")
    assert served.reports() == []


def test_a_file_that_is_being_written(served: Served) -> None:
    text = served.file.read_text(encoding="utf-8")
    half = text.rfind("\n", 0, len(text) // 2) + 1

    with served.file.open("w", encoding="utf-8") as file:
        file.write(text[:half])
        file.flush()
        served.answers(20)
        file.write(text[half:].replace("Id", "Number").replace("UTM", "Number").replace("-Header", "-Number"))
        file.flush()
        served.answers(20)

    served.gateway.err.until(RELOADED)
    served.answers(5)
    assert served.reports() == []


@pytest.mark.parametrize("harm", ["vanished", "unreadable"])
def test_a_file_that_cannot_be_read(served: Served, harm: str) -> None:
    whole = served.file.read_text(encoding="utf-8")

    served.file.unlink()
    if harm == "unreadable":
        served.file.symlink_to(served.file)  # nobody can open this, not even root

    said = served.gateway.err.until(KEPT)
    assert any(line.startswith("error") for line in said)
    served.answers(5)
    served.file.unlink(missing_ok=True)
    served.file.write_text(whole, encoding="utf-8")
    served.gateway.err.until("the configuration is good again")
    served.answers(5)
    assert served.reports() == []


def test_a_file_that_is_deleted_from_a_folder_takes_with_it_what_it_said(
    run: Run, tmp_path: Path, runner: asyncio.Runner
) -> None:
    example = next(example for example in EXAMPLES if example.name == "kgateway/httproute")
    for file in example.files:
        shutil.copy(file, tmp_path)
    first, second = tmp_path / "httproute.yaml", tmp_path / "second.yaml"
    text = first.read_text(encoding="utf-8")
    second.write_text(
        text.replace("httpbin-cors", "second").replace("cors.example", "second.example"), encoding="utf-8"
    )
    upstream = runner.run(Upstream().start())
    resolve = f"--resolve={example.backend}=127.0.0.1:{upstream.port}"
    gateway = run(tmp_path, "--listen=127.0.0.1:0", resolve)
    address = gateway.ready(1)[example.listener]

    async def statuses() -> list[int]:
        client = await Http1.open(address)
        requests = [Request(host=host, path="/") for host in ("cors.example", "second.example")]
        answers = [await client.exchange(request) for request in requests]
        await client.close()
        return [answer.status for answer in answers]

    assert runner.run(statuses()) == [200, 200]
    second.unlink()
    gateway.err.until(RELOADED)
    assert runner.run(statuses()) == [200, 404]
    runner.run(upstream.stop())
