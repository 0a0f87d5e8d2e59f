"""The Chromium profile and a real Chromium."""

import pytest

from crossgate.browser.profiles import CHROMIUM
from tests.browser.comparison import Comparison, Real
from tests.browser.consoles import of_chromium
from tests.demo.webdriver import Browser


class TestChromium(Comparison):
    @pytest.fixture
    def real(self, chromium: Browser) -> Real:
        return Real(browser=chromium, profile=CHROMIUM, listen=of_chromium(chromium))
