"""What a start of the program takes, beside that of an interpreter that does nothing.

`python -m bench.start` measures this part alone, in half a minute, and keeps it.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from bench import page
from bench.policies import EXAMPLES
from bench.results import FILE

Json = dict[str, Any]

_STARTS: Final = 21
_FETCHES: Final = {
    "kgateway": ("kgateway/httproute", "http://cors.example/get", "https://example.com/"),
    "Higress": ("higress", "http://httpbin.example.com/get", "http://app.example.com"),
    "Kong": ("kong", "http://api.test/anything", "http://example.net"),
}


def start() -> Json:
    """Time starts in turns: milliseconds of the processor, the best of some, as what else runs only ever adds."""
    commands = _commands()
    taken: dict[str, list[float]] = {name: [] for name in commands}
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as compiled:
        # Installed programs have their modules compiled; the first round sees to that, and does not count.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(_STARTS):
            for name, command in commands.items():
                taken[name].append(_processor_time(command, environment))
    best = {name: min(found[1:]) for name, found in taken.items()}
    interpreter = best["python -c pass"]
    return {
        "on": datetime.now(tz=UTC).date().isoformat(),
        "python": platform.python_version(),
        "load": round(load, 1),
        "rows": [
            {"name": name, "milliseconds": round(found, 1), "ratio": round(found / interpreter, 1)}
            for name, found in best.items()
        ],
    }


def _commands() -> dict[str, Sequence[str]]:
    """Return what is started, by name: the interpreter first, then what there is no doing without, then ours."""
    ours = ("-c", "from crossgate.cli import main; main()")
    return {
        "python -c pass": ("-c", "pass"),
        "python -c 'import click'": ("-c", "import click"),
        "python -c 'import click, msgspec, yaml'": ("-c", "import click, msgspec, yaml"),
        "crossgate --version": (*ours, "--version"),
        "crossgate --help": (*ours, "--help"),
        "crossgate check --help": (*ours, "check", "--help"),
        **{
            f"crossgate check, a file of {name}": (
                *(*ours, "check", str(EXAMPLES / example)),
                *("--url", url, "--origin", origin),
            )
            for name, (example, url, origin) in _FETCHES.items()
        },
    }


def _processor_time(command: Sequence[str], environment: Mapping[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *command], capture_output=True, check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3


def main() -> None:
    """Measure, and put the figures in the place of those that are kept."""
    kept = json.loads(FILE.read_text())
    kept["start"] = start()
    FILE.write_text(json.dumps(kept, indent=1) + "\n")
    page.write()


if __name__ == "__main__":
    main()
