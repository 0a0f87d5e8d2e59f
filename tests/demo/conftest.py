import os
import shutil
from collections.abc import Callable, Iterator

import pytest

from tests.demo.harness import FREE, RunningDemo
from tests.demo.webdriver import Browser, open_browser

Start = Callable[..., RunningDemo]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start demonstrations that end with the test."""
    started: list[RunningDemo] = []

    def begin(*arguments: str, environment: dict[str, str] | None = None) -> RunningDemo:
        demo = RunningDemo(*arguments, environment=environment)
        started.append(demo)
        return demo

    yield begin
    for demo in started:
        demo.clean_up()


@pytest.fixture(scope="module")
def demo() -> Iterator[RunningDemo]:
    """Start a demonstration for all tests of a module."""
    running = RunningDemo(*FREE)
    try:
        yield running
    finally:
        running.clean_up()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Open a real browser; where there is none, tests are skipped, but in CI they fail."""
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        reason = "there is no chromium or no chromedriver: install Debian's packages chromium and chromium-driver"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with open_browser(chromedriver, chromium) as opened:
        yield opened
