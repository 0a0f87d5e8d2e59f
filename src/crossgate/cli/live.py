"""The requests of a fetch sent for real, to whatever answers at the URL, and compared with what the files say.

Only where the user asks for it. A browser's verdict on the answers is the model's, as it is for the files.
"""

import http.client
import ssl
from itertools import zip_longest

from msgspec import Struct

from crossgate.browser.answers import Headers
from crossgate.browser.exchanges import Sent, Verdict
from crossgate.browser.gateway import Answered
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import play
from crossgate.browser.profiles import Profile
from crossgate.cli.served import Deviation, Served, deviations
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.fetch.url import parse_url
from crossgate.model.routes import Endpoint


class Unreachable(Exception):
    """Nothing answers at the URL, or nothing that is HTTP."""


class Live(Struct, frozen=True, kw_only=True):
    """The fetch as it went with the real server."""

    verdict: Verdict[Served]
    differences: tuple[Deviation, ...]


def compare(
    fetch: PlannedFetch, verdict: Verdict[Answered], profile: Profile, *, timeout: float, connect: Endpoint | None
) -> Live:
    """Send the requests of a fetch and compare; `connect` is where the first server is. Raises `Unreachable`."""
    first = parse_url(fetch.url)

    def ask(sent: Sent) -> Served:
        url = parse_url(sent.url)
        is_first = url is not None and first is not None and url.origin == first.origin
        return exchange(sent, timeout=timeout, connect=connect if is_first else None)

    live = play(fetch, ask, profile)
    pairs = zip_longest(verdict.exchanges, live.exchanges)
    found = tuple(
        one for files, real in pairs if files is not None and real is not None for one in deviations(files, real.answer)
    )
    return Live(verdict=live, differences=found)


def exchange(sent: Sent, *, timeout: float, connect: Endpoint | None) -> Served:
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
        return Served(status=answer.status, headers=headers)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"`{sent.method} {sent.url}` got no answer: {_reason(error)}") from error
    finally:
        connection.close()


def _reason(error: Exception) -> str:
    """Return in words why there is no answer."""
    match error:
        case ssl.SSLCertVerificationError(verify_message=message):
            return f"its certificate is refused, as browsers do: {message}"
        case ssl.SSLError():
            return f"TLS fails: {(error.reason or str(error)).lower().replace('_', ' ')}"
        case http.client.RemoteDisconnected():
            return "the connection was closed instead"
        case http.client.HTTPException():
            return f"what was sent back is not HTTP: {str(error).strip() or type(error).__name__}"
        case OSError(strerror=str(text)) if text:
            return f"{text[:1].lower()}{text[1:]}"
        case _:
            return str(error) or type(error).__name__


def _length(sent: Sent) -> Headers:
    return (("Content-Length", "0"),) if sent.method in {"POST", "PUT", "PATCH"} else ()
