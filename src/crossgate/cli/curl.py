"""The curl commands that send what a browser sends."""

import shlex

from crossgate.browser.exchanges import Exchange, Sent
from crossgate.browser.gateway import Answered


def curl_command(exchange: Exchange[Answered]) -> str:
    """Return the command that sends what the browser sent."""
    return _command(exchange.sent)


def _command(sent: Sent) -> str:
    match sent.method:
        case "GET":
            method = []
        case "HEAD":
            method = ["--head"]
        case other:
            method = ["-X", other]
    headers = [
        part for name, value in sent.headers for part in ("-H", f"{_title(name)}: {value}" if value else f"{name};")
    ]
    cookies = ["-b", "NAME=VALUE"] if sent.credentials else []
    return shlex.join(["curl", "-si", *method, sent.url, *headers, *cookies])


def _title(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-")) if name.islower() else name
