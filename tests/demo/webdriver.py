"""A real Chromium without a window, driven over the W3C's WebDriver protocol, which is JSON over HTTP.

The handful of commands that these tests need is smaller than any client library (https://www.w3.org/TR/webdriver2/).
"""

import base64
import http.client
import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WITHIN = 60.0
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key of an element's reference, fixed by the standard."""

FLAGS = (
    "--headless",
    "--no-sandbox",  # which Chromium refuses to do without, for root
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--window-size=1280,900",
)


class WebDriverError(Exception):
    """The driver says that a command failed."""


class Browser:
    """A session with a browser."""

    def __init__(self, port: int, chromium: str, profile: Path, flags: tuple[str, ...] = ()) -> None:
        self._port = port
        self._path = "/session"
        options = {"binary": chromium, "args": [*FLAGS, *flags, f"--user-data-dir={profile}"]}
        chrome = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"performance": "ALL"}}
        wanted = {"capabilities": {"alwaysMatch": chrome}}
        session = self._command("POST", "", wanted)
        self._path = f"/session/{session['sessionId']}"
        self.version: str = session["capabilities"]["browserVersion"]

    def open(self, url: str) -> None:
        """Load a page; return when it is loaded."""
        self._command("POST", "/url", {"url": url})

    def click(self, selector: str) -> None:
        """Click as a visitor does: the element has to be visible, and nothing in front of it."""
        found = self._command("POST", "/element", {"using": "css selector", "value": selector})
        self._command("POST", f"/element/{found[ELEMENT]}/click", {})

    def run(self, script: str, *arguments: object) -> Any:
        """Run a function body in the page and return its value; of a promise, what it comes to."""
        return self._command("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait_for(self, selector: str) -> None:
        """Wait until the page has an element; an `AssertionError` after a while."""
        script = """
            const [selector, patience] = arguments;
            const isThere = () => document.querySelector(selector) !== null;
            return new Promise((resolve) => {
                const observer = new MutationObserver(() => isThere() && resolve(true));
                observer.observe(document, { subtree: true, childList: true, attributes: true });
                setTimeout(() => resolve(false), patience);
                if (isThere()) resolve(true);
            });
        """
        assert self.run(script, selector, 20_000), f"the page never had {selector}"

    def screenshot(self, file: Path) -> None:
        """Save what the window shows."""
        file.write_bytes(base64.b64decode(self._command("GET", "/screenshot", None)))

    def log(self, kind: str) -> list[dict[str, Any]]:
        """Return what the browser has logged since it was asked last."""
        found: list[dict[str, Any]] = self._command("POST", "/se/log", {"type": kind})
        return found

    def close(self) -> None:
        """End the browser."""
        self._command("DELETE", "", None)

    def _command(self, method: str, path: str, body: object) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=WITHIN)
        try:
            connection.request(method, self._path + path, None if body is None else json.dumps(body))
            answer = json.loads(connection.getresponse().read())["value"]
        finally:
            connection.close()
        if isinstance(answer, dict) and "error" in answer:
            raise WebDriverError(f"{answer['error']}: {answer['message']}")
        return answer


@contextmanager
def open_browser(chromedriver: str, chromium: str, *flags: str) -> Iterator[Browser]:
    """Start a driver and its browser, with more flags if need be, and end both."""
    with (
        tempfile.TemporaryDirectory(prefix="crossgate-browser-") as folder,
        _running(chromedriver) as port,
    ):
        browser = Browser(port, chromium, Path(folder, "profile"), flags)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def _running(chromedriver: str) -> Iterator[int]:
    """Run a driver; yield its port. A free port may be taken before it has it: then it chooses anew."""
    for is_last in (False, False, True):
        with subprocess.Popen(
            [chromedriver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as driver:
            try:
                port = _port(driver)
            except WebDriverError:
                if is_last:
                    raise
                continue
            try:
                yield port
            finally:
                driver.terminate()
        return


def _port(driver: subprocess.Popen[str]) -> int:
    """Return the free port that the driver chose, which it says in its last line at the start."""
    assert driver.stdout is not None
    for line in driver.stdout:
        _, found, port = line.strip().rpartition("successfully on port ")
        if found:
            return int(port.rstrip("."))
    raise WebDriverError("the driver ended before it listened")
