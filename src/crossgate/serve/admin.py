"""A client of Envoy's admin interface, for the few questions that serving has.

Must not know what is done with the answers.
"""

import asyncio
import http.client
import re
import socket
from typing import Final
from urllib.parse import quote

from crossgate.xds.address import Address, UnixAddress

_TIMEOUT: Final = 5.0
_GAUGE_LINE: Final = re.compile(r"^(?P<name>\S+): (?P<value>\d+)$", re.MULTILINE)


class AdminError(Exception):
    """The admin interface can't be reached, or answers something else than expected."""


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, address: UnixAddress, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._address = address

    def connect(self) -> None:
        """Connect to the socket in place of the host."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._address.path))


class Admin:
    """Envoy's admin interface at an address; each call is a connection of its own."""

    def __init__(self, address: Address) -> None:
        """Make a client; nothing is connected yet."""
        self._address = address

    async def gauges(self, pattern: str) -> dict[str, int]:
        """Return the gauges and counters whose name the regular expression finds."""
        text = await self._call("GET", f"/stats?filter={quote(pattern, safe='')}")
        return {found["name"]: int(found["value"]) for found in _GAUGE_LINE.finditer(text)}

    async def announce_drain(self) -> None:
        """Let responses ask their clients to close the connection; new connections are still taken."""
        await self._call("POST", "/drain_listeners?graceful&skip_exit")

    async def close_listeners(self) -> None:
        """Take no new connections; requests that are under way go on."""
        await self._call("POST", "/drain_listeners")

    async def _call(self, method: str, path: str) -> str:
        return await asyncio.to_thread(self._call_and_wait, method, path)

    def _call_and_wait(self, method: str, path: str) -> str:
        match self._address:
            case UnixAddress() as address:
                connection: http.client.HTTPConnection = _UnixConnection(address, _TIMEOUT)
            case address:
                connection = http.client.HTTPConnection(address.host, address.port, timeout=_TIMEOUT)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            body = response.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            raise AdminError(f"envoy's admin interface at `{self._address}` can't be reached: {error}") from error
        finally:
            connection.close()
        if response.status != http.client.OK:
            raise AdminError(f"envoy's admin interface answers {method} {path} with {response.status}: {body.strip()}")
        return body
