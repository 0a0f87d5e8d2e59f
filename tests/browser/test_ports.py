"""The ports to which real browsers send nothing, and those of the model."""

from contextlib import suppress
from typing import Final

import pytest

from crossgate.browser.profiles import CHROMIUM, FIREFOX
from crossgate.fetch.ports import BAD_PORTS
from tests.browser.firefox import BidiError, Firefox
from tests.demo.webdriver import Browser, WebDriverError

SAMPLE: Final = (*sorted(BAD_PORTS)[::6], 4190, 6679, 2, 3000, 6664, 6670, 10081)


def code_of(browser: Browser, port: int) -> str:
    """Return what the browser's own page says of an address that it could not load."""
    with suppress(WebDriverError):  # raised for some reasons, not for others
        browser.open(f"http://127.0.0.1:{port}/")
    code: str = browser.run("return document.querySelector('.error-code')?.textContent ?? ''")
    return code.replace("\u200b", "")


def test_chromium_sends_nothing_to_bad_ports(chromium: Browser) -> None:
    blocked = {port for port in SAMPLE if code_of(chromium, port) == "ERR_UNSAFE_PORT"}
    assert blocked == (BAD_PORTS - CHROMIUM.open_ports) & set(SAMPLE)


def test_firefox_sends_nothing_to_bad_ports(firefox: Firefox) -> None:
    blocked = set()
    for port in SAMPLE:
        with pytest.raises(BidiError) as refused:
            firefox.open(f"http://127.0.0.1:{port}/")
        if "deniedPortAccess" in str(refused.value):
            blocked.add(port)
    assert blocked == (BAD_PORTS - FIREFOX.open_ports) & set(SAMPLE)
