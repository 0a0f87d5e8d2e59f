"""curl commands: those that send what a browser sends, and a pasted one as the fetch that it stands for.

Developer tools copy a request as curl; what the browser put into it by itself is left out again.
"""

import re
import shlex
from collections.abc import Iterator
from typing import Final

from crossgate.browser.exchanges import Exchange, Sent
from crossgate.browser.gateway import Answered
from crossgate.browser.request_headers import is_forbidden
from crossgate.cli.planning import Draft
from crossgate.fetch.headers import ORIGIN, REQUEST_HEADERS, REQUEST_METHOD, split_list
from crossgate.fetch.url import parse_url

_ANSI_QUOTED: Final = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{1,2}|.)", re.DOTALL)
_LETTERS: Final = {"n": "\n", "r": "\r", "t": "\t"}
_BY_BROWSERS: Final = frozenset(
    {"accept", "accept-language", "cache-control", "pragma", "priority", "upgrade-insecure-requests", "user-agent"}
)
"""What browsers put into requests by themselves, although a page could."""

_WITH_VALUE: Final = {
    "-X": "method",
    "--request": "method",
    "-H": "header",
    "--header": "header",
    "-d": "form",
    "--data": "form",
    "--data-raw": "form",
    "--data-binary": "form",
    "--data-ascii": "form",
    "--data-urlencode": "form",
    "--json": "json",
    "-F": "multipart",
    "--form": "multipart",
    "-b": "cookie",
    "--cookie": "cookie",
    "-u": "user",
    "--user": "user",
    "-e": "referer",
    "--referer": "referer",
    "-A": "agent",
    "--user-agent": "agent",
    "--url": "url",
}
_IGNORED_WITH_VALUE: Final = frozenset(
    """
    -o --output -m --max-time --connect-timeout --connect-to --resolve -x --proxy --cacert --cert --key -w --write-out
    --retry -c --cookie-jar -E -T --upload-file --max-redirs --interface --ciphers -K --config -D --dump-header
    """.split()  # noqa: SIM905 - a list of names is read more easily so
)
_SHORT_WITH_VALUE: Final = frozenset(name[1] for name in (*_WITH_VALUE, *_IGNORED_WITH_VALUE) if len(name) == 2)  # noqa: PLR2004
_TYPES: Final = {
    "form": "application/x-www-form-urlencoded",
    "json": "application/json",
    "multipart": "multipart/form-data",
}


def read_curl(text: str) -> Draft:
    """Return the fetch that a curl command stands for; raises ValueError for what is none."""
    words = shlex.split(_ANSI_QUOTED.sub(_plainly_quoted, text.replace("\\\r\n", " ").replace("\\\n", " ")))
    if not words or words[0].rpartition("/")[2] not in {"curl", "curl.exe"}:
        raise ValueError("a curl command begins with `curl`")
    given = list(_given(words[1:]))
    urls = [value for name, value in given if name == "url"]
    if not urls:
        raise ValueError("the curl command has no URL")
    return draft_of(urls[0] if "://" in urls[0] else f"http://{urls[0]}", _method(given), list(_headers(given)))


def _plainly_quoted(found: re.Match[str]) -> str:
    return shlex.quote(_ESCAPE.sub(_unescaped, found[1]))


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "ux" and len(code) > 1:
        return chr(int(code[1:], 16))
    return _LETTERS.get(code, code)


def _given(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the options that matter with their values, and flags with none."""
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if len(word) > 2 and word[0] == "-" and word[1] != "-":  # noqa: PLR2004 - `-XPUT`, `-sS`
            name, equals, value = _bundle(word)
        if name in _WITH_VALUE:
            yield _WITH_VALUE[name], value if equals else next(rest, "")
        elif name in _IGNORED_WITH_VALUE:
            _ = value if equals else next(rest, "")
        elif name in {"-I", "--head"}:
            yield "head", ""
        elif name in {"-G", "--get"}:
            yield "get", ""
        elif not name.startswith("-"):
            yield "url", name


def _bundle(word: str) -> tuple[str, str, str]:
    """Return the option of a bundle of short ones that has a value, and what is left of the word as the value."""
    for place, letter in enumerate(word[1:], 1):
        if letter in _SHORT_WITH_VALUE:
            return f"-{letter}", "=" if word[place + 1 :] else "", word[place + 1 :]
        if letter in "IG":
            return f"-{letter}", "", ""
    return word[:2], "", ""


def _method(given: list[tuple[str, str]]) -> str:
    names = {name for name, _ in given}
    written = next((value for name, value in given if name == "method"), None)
    if written is not None:
        return written
    if "head" in names:
        return "HEAD"
    return "POST" if names & set(_TYPES) and "get" not in names else "GET"


def _headers(given: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the headers, written out or meant by other options."""
    named = False
    for name, value in given:
        match name:
            case "header":
                key, _, text = value.partition(":")
                named = named or key.strip().lower() == "content-type"
                yield key.strip(), text.strip()
            case "cookie":
                yield "Cookie", value
            case "user":
                yield "Authorization", "Basic"
            case "referer":
                yield "Referer", value
            case _:
                pass
    kind = next((name for name, _ in given if name in _TYPES), None)
    if kind is not None and not named and "get" not in {name for name, _ in given}:
        yield "Content-Type", _TYPES[kind]


def draft_of(url: str, method: str, headers: list[tuple[str, str]]) -> Draft:
    """Return the fetch that a recorded request stands for; a preflight stands for what it asks for."""
    sent = {name.lower(): value for name, value in headers}
    page = parse_url(sent["referer"]) if "referer" in sent else None
    origin = sent.get(ORIGIN) or (None if page is None else page.origin)
    credentials = bool(sent.get("cookie"))
    if method == "OPTIONS" and REQUEST_METHOD in sent:
        asked = tuple((name, None) for name in split_list(sent.get(REQUEST_HEADERS, "")))
        return Draft(url=url, origin=origin, method=sent[REQUEST_METHOD], headers=asked, credentials=credentials)
    own = tuple(
        (name, value)
        for name, value in headers
        if not is_forbidden(name, value) and name.lower() not in _BY_BROWSERS and not name.startswith(":")
    )
    return Draft(url=url, origin=origin, method=method, headers=own, credentials=credentials)


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
