"""A transcript: a command line and what there was to read, then what it printed and the code that it ended with.

    $ crossgate check a.yaml --requests -
    --- file a.yaml
    …
    --- stdin
    …
    --- stdout
    …
    --- stderr
    …
    --- exit 0

Sections that would be empty are left out. Files are relative to the folder that the command runs in; `examples` is
there too.
"""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_SECTION: Final = re.compile(r"^--- (?P<name>file \S+|stdin|stdout|stderr|exit \d+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What a command printed, and its exit code."""

    stdout: str
    stderr: str
    code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """`given` is the text up to what the command printed."""

    given: str
    arguments: tuple[str, ...]
    files: dict[str, str]
    stdin: str
    printed: Printed

    def prepare(self, folder: Path) -> None:
        """Put the files into a folder."""
        (folder / "examples").symlink_to(ROOT / "examples")
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def with_printed(self, printed: Printed) -> str:
        """Return the text of the transcript with what was printed instead of what it has."""
        streams = {"stdout": printed.stdout, "stderr": printed.stderr}
        shown = "".join(f"--- {name}\n{text}" for name, text in streams.items() if text)
        return f"{self.given}{shown}--- exit {printed.code}\n"


def read(text: str) -> Transcript:
    """Read a transcript; one that was never written has no `exit`."""
    command, *parts = _SECTION.split(text)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    program, *arguments = shlex.split(command.removeprefix("$ "))
    assert program == "crossgate", f"the first line is `$ crossgate …`, not `{command}`"
    codes = [int(name.removeprefix("exit ")) for name in sections if name.startswith("exit ")]
    printed = re.search(r"^--- (?:stdout|stderr|exit \d+)\n", text, re.MULTILINE)
    return Transcript(
        given=text if printed is None else text[: printed.start()],
        arguments=tuple(arguments),
        files={name.removeprefix("file "): body for name, body in sections.items() if name.startswith("file ")},
        stdin=sections.get("stdin", ""),
        printed=Printed(
            stdout=sections.get("stdout", ""), stderr=sections.get("stderr", ""), code=codes[0] if codes else -1
        ),
    )
