import os
import shutil
from collections.abc import Iterator
from random import Random

import pytest

from tests.browser.comparison import SEED
from tests.browser.firefox import Firefox, open_firefox
from tests.browser.stage import Stage, running_stage
from tests.demo.webdriver import Browser, open_browser


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Run gateways with generated policies, in front of a server that answers as it is asked to."""
    with running_stage(Random(SEED), tmp_path_factory.mktemp("gateways")) as running:  # noqa: S311 - nothing secret
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Open a real Chromium, to which every name under `.test` is this machine; in CI there has to be one."""
    program, driver = found("chromium", "chromium"), found("chromedriver", "chromium-driver")
    with open_browser(driver, program, "--host-resolver-rules=MAP *.test 127.0.0.1") as opened:
        yield opened


@pytest.fixture(scope="session")
def firefox() -> Iterator[Firefox]:
    """Open a real Firefox, to which every name is this machine; in CI there has to be one."""
    with open_firefox(found("firefox-esr", "firefox-esr")) as opened:
        yield opened


def found(program: str, package: str) -> str:
    """Return where a program is; where it is not, skip the test, but fail in CI."""
    path = shutil.which(program)
    if path is not None:
        return path
    reason = f"there is no {program}: install Debian's package {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
