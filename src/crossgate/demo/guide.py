"""What the demonstration tells people once it is ready: what to paste, what to open, how to stop it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from crossgate.demo.documents import COMMANDS, Command
from crossgate.demo.page import page_origins


def guide(examples: Path, urls: Mapping[str, str], page_port: int) -> str:
    """Return the guide; `urls` says where the listeners answer."""
    here, other = page_origins(page_port)
    lines = ["", "The documents' own requests, to paste into another terminal:"]
    for gateway, commands in COMMANDS:
        url = urls[gateway.listener].removesuffix(":80")
        lines += ["", f"== {gateway.name}: {examples / gateway.documents}"]
        for command in commands:
            lines += ["", *_shown(command, url)]
    lines += [
        "",
        "== Your browser: fetches from a page of another origin",
        "",
        f"  {here}/  the origin that {examples / 'demo'} allows",
        f"  {other}/  the same page under an origin that nothing allows",
        "",
        "Every request is a line of JSON below. The files are watched: edit one, and try again. Ctrl-C stops it all.",
        "",
    ]
    return "\n".join(lines)


def _shown(command: Command, url: str) -> Iterator[str]:
    yield f"  # {command.expect}"
    lines = [line.replace("{gateway}", url) for line in command.lines]
    yield from (f"  {'  ' if number else ''}{line}" for number, line in enumerate(" \\\n".join(lines).split("\n")))
