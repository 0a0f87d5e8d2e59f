"""A pasted curl command as the fetches that it stands for: one for each URL.

What the command says and no fetch can say, or what stands elsewhere, is told, never lost.
"""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from crossgate.cli.curl_options import Say, said
from crossgate.cli.drafts import Draft, draft_of
from crossgate.cli.shell_words import words_of

_Said = list[tuple[Say, str]]

_TYPES: Final = {
    Say.FORM: "application/x-www-form-urlencoded",
    Say.ENCODED: "application/x-www-form-urlencoded",
    Say.JSON: "application/json",
    Say.MULTIPART: "multipart/form-data",
}
"""The type of a body, by what says it."""
_PATTERN: Final = re.compile(r"(?<!\\)(?:\{[^{},]*,[^{}]*\}|\[[0-9A-Za-z]+-[0-9A-Za-z]+(?::[0-9]+)?\])")
_ESCAPED: Final = re.compile(r"\\([\[\]{}])")


class Pasted(Struct, frozen=True, kw_only=True):
    """The fetches of a command, and what of it was left out, in words."""

    drafts: tuple[Draft, ...]
    left_out: tuple[str, ...] = ()


def read_curl(text: str) -> Pasted:
    """Return the fetches that a curl command stands for; raises ValueError for what is none."""
    words = words_of(text)
    if not words or words[0].replace("\\", "/").rpartition("/")[2].lower() not in {"curl", "curl.exe"}:
        raise ValueError("a curl command begins with `curl`")
    requests = list(_requests(list(said(words[1:]))))
    drafts = [draft for request in requests for draft in _drafts(request)]
    if not drafts:
        raise ValueError("the curl command has no URL")
    left_out = dict.fromkeys(told for request in requests for told in _left_out(request))
    return Pasted(drafts=tuple(drafts), left_out=tuple(left_out))


def _requests(given: _Said) -> Iterator[_Said]:
    """Yield what stands between each `--next` and the following."""
    request: _Said = []
    for item in given:
        if item[0] is Say.NEXT:
            yield request
            request = []
        else:
            request.append(item)
    yield request


def _drafts(given: _Said) -> Iterator[Draft]:
    said_all = {say for say, _ in given}
    method, headers, query = _method(given), list(_headers(given)), "&".join(_query(given))
    uploads = (value for say, value in given if say is Say.UPLOAD)
    for url in (value for say, value in given if say is Say.URL):
        upload = next(uploads, None)
        written = url if Say.LITERAL in said_all else _ESCAPED.sub(r"\1", url)
        whole = written if "://" in written else f"http://{written}"
        if upload not in {None, "-", "."} and whole.endswith("/"):
            whole += quote(PurePath(upload or "").name)
        yield draft_of(_with_query(whole, query), method, headers)


def _with_query(url: str, query: str) -> str:
    if not query:
        return url
    before, hash_sign, fragment = url.partition("#")
    return f"{before}{'&' if '?' in before else '?'}{query}{hash_sign}{fragment}"


def _query(given: _Said) -> Iterator[str]:
    """Yield what `-G` and `--url-query` put behind the URL; what a file has is not known."""
    is_get = any(say is Say.GET for say, _ in given)
    for say, value in given:
        if say is Say.QUERY:
            yield value[1:] if value.startswith("+") else _encoded(value)
        elif say is Say.ENCODED and is_get:
            yield _encoded(value)
        elif say in {Say.FORM, Say.JSON} and is_get and not value.startswith("@"):
            yield value


def _encoded(value: str) -> str:
    """Return what `--data-urlencode` sends: a name stays as it is, what is behind its `=` is encoded."""
    if "@" in value.partition("=")[0]:
        return value.partition("@")[0]
    name, equals, content = value.partition("=")
    return f"{name}={quote(content, safe='')}" if equals and name else quote(content if equals else value, safe="")


def _method(given: _Said) -> str:
    names = {say for say, _ in given}
    written = next((value for say, value in reversed(given) if say is Say.METHOD), None)
    if written is not None:
        return written
    if Say.HEAD in names:
        return "HEAD"
    if Say.UPLOAD in names:
        return "PUT"
    return "POST" if names & set(_TYPES) and Say.GET not in names else "GET"


def _headers(given: _Said) -> Iterator[tuple[str, str]]:
    """Yield the headers, written out or meant by other options; one written without a value takes a meant one away."""
    written = [pair for say, value in given if say is Say.HEADER and (pair := _header(value)) is not None]
    named = {name.lower() for name, _ in written}
    yield from ((name, value) for name, value in written if value is not None)
    for name, value in _meant(given):
        if name.lower() not in named:
            yield name, value


def _header(text: str) -> tuple[str, str | None] | None:
    """Return a header that `-H` says; its value is None where curl is told to leave it out."""
    if text.startswith("@"):
        return None
    name, colon, value = text.partition(":")
    if not colon:
        return (name.rstrip()[:-1].strip(), "") if name.rstrip().endswith(";") else None
    return name.strip(), value.strip() or None


def _meant(given: _Said) -> Iterator[tuple[str, str]]:
    for say, value in given:
        match say:
            case Say.COOKIE:
                yield "Cookie", value
            case Say.USER:
                yield "Authorization", "Basic"
            case Say.BEARER:
                yield "Authorization", f"Bearer {value}"
            case Say.SIGNED:
                yield "Authorization", "AWS4-HMAC-SHA256"
                yield "X-Amz-Date", "1"
            case Say.REFERER:
                yield "Referer", value.partition(";")[0]
            case Say.RANGE if value != "-":
                yield "Range", f"bytes={value}" if "-" in value else f"bytes={value}-"
            case Say.SINCE:
                yield ("If-Unmodified-Since" if value.startswith("-") else "If-Modified-Since"), value.lstrip("-+")
            case _:
                pass
    kind = next((say for say, _ in given if say in _TYPES), None)
    if kind is not None and not any(say is Say.GET for say, _ in given):
        yield "Content-Type", _TYPES[kind]


def _left_out(given: _Said) -> Iterator[str]:
    is_get = any(say is Say.GET for say, _ in given)
    is_literal = any(say is Say.LITERAL for say, _ in given)
    for say, value in given:
        if say is Say.HEADER and value.startswith("@"):
            yield f"the headers that stand in the file `{value[1:]}`"
        elif say is Say.ELSEWHERE:
            name = value.partition("=")[0]
            yield f"what the command reads from {f'`{name}`' if name else '.netrc'}"
        elif is_get and (
            value.startswith("@") if say is Say.FORM else say is Say.ENCODED and "@" in value.split("=")[0]
        ):
            yield f"the part of the query that stands in the file `{value.partition('@')[2]}`"
        elif say is Say.URL and not is_literal and _PATTERN.search(value):
            yield f"what the pattern in `{_without_user(value)}` stands for: it is taken as it is written"


def _without_user(url: str) -> str:
    """Return a URL, which need be none, without what may be a password in it."""
    scheme, separator, rest = url.rpartition("://") if "://" in url else ("", "", url)
    authority, slash, path = rest.partition("/")
    return f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path}"
