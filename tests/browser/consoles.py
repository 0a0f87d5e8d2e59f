"""What browsers call the reason for which they block a fetch, in the words of each, by the path of the request.

Chromium says it to its developer tools, as a `CorsError`; Firefox on its console, in sentences whose names are in the
file of sentences that it comes with.
"""

import json
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tests.browser.firefox import Firefox
from tests.demo.webdriver import Browser

Said = dict[str, set[str]]
Listen = Callable[[int], Said]
"""Returns what was said since it was asked last, once so many paths were spoken of, or nothing more comes."""

WITHIN: Final = 20.0
_SENTENCES: Final = "chrome/en-US/locale/en-US/global/security/security.properties"
_AND_SO: Final = ("CORSDidNotSucceed2", "CORSPreflightDidNotSucceed3")
"""What Firefox says besides, where it has named the reason already."""


def of_chromium(chromium: Browser) -> Listen:
    """Listen to a Chromium that logs its `performance`."""
    urls: dict[str, str] = {}

    def listen(_: int) -> Said:
        said: Said = {}
        for entry in chromium.log("performance"):
            message = json.loads(entry["message"])["message"]
            event = message["params"]
            if message["method"] == "Network.requestWillBeSent":
                urls[event["requestId"]] = event["request"]["url"]
            elif message["method"] == "Network.loadingFailed" and "corsErrorStatus" in event:
                path = urlsplit(urls[event["requestId"]]).path
                said.setdefault(path, set()).add(event["corsErrorStatus"]["corsError"])
        return said

    return listen


def of_firefox(firefox: Firefox) -> Listen:
    """Listen to a Firefox."""
    sentences = _sentences(Path(firefox.program).resolve().parent / "omni.ja")

    def listen(paths: int) -> Said:
        said: Said = {}
        until = time.monotonic() + WITHIN
        while True:
            for text in firefox.console():
                for name, sentence in sentences.items():
                    found = sentence.fullmatch(text)
                    if found is not None:
                        said.setdefault(urlsplit(found["url"]).path, set()).add(name)
            if len(said) >= paths or time.monotonic() > until:
                return {path: _reasons(names) for path, names in said.items()}

    return listen


def _reasons(names: set[str]) -> set[str]:
    for name in _AND_SO:
        names = names - {name} or names
    return names


def _sentences(archive: Path) -> dict[str, re.Pattern[str]]:
    """Return what matches each sentence about CORS, by its name."""
    with zipfile.ZipFile(archive) as files:
        lines = files.read(_SENTENCES).decode().splitlines()
    pairs = (line.split("=", 1) for line in lines if line.startswith("CORS"))
    return {
        name: re.compile(re.escape(sentence).replace(r"%1\$S", "(?P<url>.*?)").replace(r"%2\$S", ".*?"), re.DOTALL)
        for name, sentence in pairs
    }
