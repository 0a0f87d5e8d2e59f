import os
import shutil
from collections.abc import Iterator

import pytest

from tests.demo.webdriver import Browser, open_browser


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Open a real Chromium, to which every name under `.test` is this machine; in CI there has to be one."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        reason = "there is no chromium or no chromedriver: install Debian's packages chromium and chromium-driver"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with open_browser(driver, program, "--host-resolver-rules=MAP *.test 127.0.0.1") as opened:
        yield opened
