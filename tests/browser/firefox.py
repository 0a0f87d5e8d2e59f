"""A real Firefox without a window, driven over WebDriver BiDi, which is JSON over a WebSocket.

Firefox speaks it by itself, without a driver (https://www.w3.org/TR/webdriver-bidi/). While it is driven so, it asks
nothing of its makers' servers by itself: `remote.prefs.recommended` is on by default.
"""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from websockets.sync.client import ClientConnection, connect

WITHIN: Final = 60.0
PREFERENCES: Final[dict[str, str | int | bool]] = {
    "network.dns.forceResolve": "127.0.0.1",  # every name is this machine, so that nothing is asked outside
    "network.dnsCacheExpiration": 3600,  # preflights are forgotten with the address that they were sent to
    "network.dns.disableIPv6": True,  # as above: a name is looked up once
    "network.lna.blocking": False,  # access to local networks is a matter of permission, not of CORS
    "dom.security.https_first": False,
    "network.proxy.type": 0,
    "browser.startup.page": 0,
    "browser.newtabpage.enabled": False,
}
_LISTENING: Final = "WebDriver BiDi listening on "
_CALL: Final = "async (given) => JSON.stringify(await (function () {{ {script} }})(...JSON.parse(given)))"


class BidiError(Exception):
    """Firefox says that a command failed, or ended before it listened."""


class Firefox:
    """A session with a Firefox, of one window."""

    def __init__(self, socket: ClientConnection, program: str) -> None:
        self.program = program
        self._socket = socket
        self._console: list[str] = []
        self._commands = 0
        session = self._command("session.new", capabilities={})
        self.version: str = session["capabilities"]["browserVersion"]
        self._command("session.subscribe", events=["log.entryAdded"])
        self._window: str = self._command("browsingContext.getTree")["contexts"][0]["context"]

    def open(self, url: str) -> None:
        """Load a page; return when it is loaded."""
        self._command("browsingContext.navigate", context=self._window, url=url, wait="complete")

    def run(self, script: str, *arguments: object) -> Any:
        """Run a function body in the page and return its value; of a promise, what it comes to."""
        called = self._command(
            "script.callFunction",
            functionDeclaration=_CALL.format(script=script),
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
            awaitPromise=True,
            target={"context": self._window},
        )
        if called["type"] != "success":
            raise BidiError(called["exceptionDetails"]["text"])
        return json.loads(called["result"]["value"])

    def console(self) -> list[str]:
        """Return the errors that its console has had since it was asked last."""
        self._command("session.status")  # with the answer comes what was said before
        said, self._console = self._console, []
        return said

    def close(self) -> None:
        """End the browser."""
        self._command("browser.close")

    def _command(self, method: str, **parameters: object) -> Any:
        self._commands += 1
        self._socket.send(json.dumps({"id": self._commands, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(WITHIN))
            if answer["type"] == "event":
                if answer["params"].get("level") == "error":
                    self._console.append(answer["params"]["text"])
                continue
            if answer["type"] == "error":
                raise BidiError(f"{answer['error']}: {answer['message']}")
            return answer["result"]


@contextmanager
def open_firefox(program: str) -> Iterator[Firefox]:
    """Start a Firefox with a profile of its own, and end it."""
    with tempfile.TemporaryDirectory(prefix="crossgate-firefox-", ignore_cleanup_errors=True) as profile:
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items())
        Path(profile, "user.js").write_text("".join(lines), encoding="utf-8")
        command = [program, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            try:
                # Pings take their payload from `random`, on a thread: in the middle of what other tests draw.
                with connect(f"{_endpoint(process)}/session", proxy=None, max_size=None, ping_interval=None) as socket:
                    firefox = Firefox(socket, program)
                    yield firefox
                    firefox.close()
            finally:
                process.terminate()


def _endpoint(process: subprocess.Popen[str]) -> str:
    """Return where Firefox says that it listens."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        _, found, url = line.strip().partition(_LISTENING)
        if found:
            return url
        said.append(line)
    raise BidiError(f"it ended before it listened:\n{''.join(said)}")
