"""The requests of a fetch sent for real, to whatever answers at the URL, and compared with what the files say.

Only where the user asks for it. A browser's verdict on the answers is the model's, as it is for the files.
"""

import http.client
import ssl
from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from msgspec import Struct

from crossgate.browser.answers import Headers, reader_of
from crossgate.browser.exchanges import Exchange, Sent, Verdict
from crossgate.browser.gateway import Answered
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import play
from crossgate.browser.profiles import Profile
from crossgate.fetch import headers as names
from crossgate.fetch.headers import split_list
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.fetch.url import parse_url
from crossgate.model.routes import Endpoint

COMPARED: Final = (*names.RESPONSE_HEADERS, names.ALLOW_PRIVATE_NETWORK, names.VARY, "location", "timing-allow-origin")
"""The headers that decide what a browser does, or a cache."""
_LISTS: Final = frozenset({names.ALLOW_METHODS, names.ALLOW_HEADERS, names.EXPOSE_HEADERS, names.VARY})


class Unreachable(Exception):
    """Nothing answers at the URL, or nothing that is HTTP."""


class LiveAnswer(Struct, frozen=True, kw_only=True):
    """What a server answered."""

    status: int
    headers: Headers


class Difference(Struct, frozen=True, kw_only=True):
    """A header, or the status, of which the files say something else than the server; None is none."""

    exchange: str
    name: str
    files: str | None
    live: str | None


class Live(Struct, frozen=True, kw_only=True):
    """The fetch as it went with the real server."""

    verdict: Verdict[LiveAnswer]
    differences: tuple[Difference, ...]


def compare(
    fetch: PlannedFetch, verdict: Verdict[Answered], profile: Profile, *, timeout: float, connect: Endpoint | None
) -> Live:
    """Send the requests of a fetch and compare; `connect` is where the first server is. Raises `Unreachable`."""
    first = parse_url(fetch.url)

    def ask(sent: Sent) -> LiveAnswer:
        url = parse_url(sent.url)
        is_first = url is not None and first is not None and url.origin == first.origin
        return exchange(sent, timeout=timeout, connect=connect if is_first else None)

    live = play(fetch, ask, profile)
    pairs = zip_longest(verdict.exchanges, live.exchanges)
    found = tuple(
        one for files, real in pairs if files is not None and real is not None for one in _compared(files, real)
    )
    return Live(verdict=live, differences=found)


def exchange(sent: Sent, *, timeout: float, connect: Endpoint | None) -> LiveAnswer:
    """Send one request without a body and return the answer, without its body; raises `Unreachable`."""
    url = parse_url(sent.url)
    if url is None or not url.is_http:
        raise Unreachable(f"`{sent.url}` is not an http URL")
    host = connect.host if connect else url.host.strip("[]")
    port = connect.port if connect else url.port or DEFAULT_PORTS[url.scheme]
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    target = url.path if url.query is None else f"{url.path}?{url.query}"
    try:
        connection.connect()
        if url.scheme == "https":
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(connection.sock, server_hostname=url.host.strip("[]"))
        connection.putrequest(sent.method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in (("Host", url.authority), *sent.headers, *_length(sent)):
            connection.putheader(name, value.encode("latin-1", "replace"))
        connection.endheaders()
        answer = connection.getresponse()
        headers = tuple((name.lower(), value.strip()) for name, value in answer.getheaders())
        return LiveAnswer(status=answer.status, headers=headers)
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = str(error) or type(error).__name__
        raise Unreachable(f"`{sent.method} {sent.url}` got no answer: {reason[:1].lower()}{reason[1:]}") from error
    finally:
        connection.close()


def _length(sent: Sent) -> Headers:
    return (("Content-Length", "0"),) if sent.method in {"POST", "PUT", "PATCH"} else ()


def _compared(files: Exchange[Answered], live: Exchange[LiveAnswer]) -> Iterator[Difference]:
    kind = files.kind
    if not files.answer.is_forwarded and files.answer.status != live.answer.status:
        yield Difference(exchange=kind, name="status", files=str(files.answer.status), live=str(live.answer.status))
    ours, theirs = reader_of(files.answer.headers), reader_of(live.answer.headers)
    for name in COMPARED:
        if _meaning(name, ours(name)) != _meaning(name, theirs(name)):
            yield Difference(exchange=kind, name=name, files=ours(name), live=theirs(name))


def _meaning(name: str, value: str | None) -> object:
    """Return what a header says, however it is spaced."""
    if value is None or name not in _LISTS:
        return value
    fold = str if name == names.ALLOW_METHODS else str.lower
    return sorted({fold(member) for member in split_list(value)})
