"""`check --requests` as a program that another one talks to."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.program import WITHIN, finish, next_line, start

ARGUMENTS = ("check", "examples/kong", "--requests", "-")
URL = "http://localhost:8000/get"

# The peak of the process's own memory; what getrusage gives has the peak of the process that started it in it, too.
MEASURED = """
import atexit, re, sys
from crossgate.cli import main
status = lambda: open("/proc/self/status", encoding="ascii").read()
atexit.register(lambda: print("peak", re.search(r"VmHWM:\\s+(\\d+) kB", status())[1], file=sys.stderr))
main()
"""


def request(number: int) -> bytes:
    origin = f"https://a{number}.example.org"
    headers = [["Origin", origin], ["Access-Control-Request-Method", "POST"], ["X-Padding", f"{number:0500}"]]
    return (
        json.dumps({"id": number, "method": "OPTIONS", "url": f"{URL}/{number}", "headers": headers}).encode() + b"\n"
    )


def test_each_line_is_answered_before_the_next_is_written() -> None:
    with start(*ARGUMENTS, stderr=subprocess.DEVNULL) as process:
        for number in range(50):
            process.stdin.write(b"nonsense\n" if number % 10 == 7 else request(number))
            process.stdin.flush()
            answer = json.loads(next_line(process.stdout))
            assert answer["id"] == (None if number % 10 == 7 else number)
        process.stdin.close()
        assert process.stdout.read() == b""
        assert process.wait(WITHIN) == 2


def test_the_last_line_needs_no_end() -> None:
    code, out, _ = finish(start(*ARGUMENTS), request(1).rstrip())
    assert (code, json.loads(out)["id"]) == (0, 1)


def peak_of(count: int, folder: Path) -> int:
    """Return the most memory in KiB that answering some requests took."""
    file = folder / f"{count}.jsonl"
    file.write_bytes(b"".join(map(request, range(count))))
    process = start(
        "check", "examples/kong", "--requests", str(file), code=MEASURED, stdin=None, stdout=subprocess.DEVNULL
    )
    code, _, err = finish(process)
    assert code == 0
    return int(err.rsplit(maxsplit=1)[1])


def test_memory_does_not_grow_with_the_number_of_requests(tmp_path: Path) -> None:
    few, many = peak_of(500, tmp_path), peak_of(10_000, tmp_path)
    assert many - few < 3 * 1024, "9,500 lines of 700 bytes would be 6 MiB"


def test_whoever_reads_may_go_away() -> None:
    with start(*ARGUMENTS) as process:
        process.stdin.write(request(1))
        process.stdin.flush()
        next_line(process.stdout)
        process.stdout.close()
        process.stdin.write(request(2))
        process.stdin.close()
        assert process.wait(WITHIN) == 141
        assert b"Traceback" not in process.stderr.read()


def test_a_full_disk_is_said() -> None:
    with Path("/dev/full").open("wb") as full:
        code, _, err = finish(start(*ARGUMENTS, stdout=full), request(1))
    assert code == 2
    assert err.endswith(b"error: no space left on device\n")


def test_an_interrupt_is_no_accident() -> None:
    with start(*ARGUMENTS) as process:
        process.stdin.write(request(1))
        process.stdin.flush()
        next_line(process.stdout)
        process.send_signal(signal.SIGINT)
        assert process.wait(WITHIN) == 130
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.parametrize(
    "arguments", [("compile", "examples/kong"), ("check", "examples/kong", "--url", URL, "--origin", "http://a")]
)
def test_other_output_may_not_be_wanted_either(arguments: tuple[str, ...]) -> None:
    with start(*arguments) as process:
        process.stdout.close()
        assert process.wait(WITHIN) == 141
        assert b"Traceback" not in process.stderr.read()
