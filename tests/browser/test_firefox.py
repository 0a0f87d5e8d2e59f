"""The Firefox profile and a real Firefox."""

import pytest

from crossgate.browser.profiles import FIREFOX
from tests.browser.comparison import Comparison, Real
from tests.browser.consoles import of_firefox
from tests.browser.firefox import Firefox


class TestFirefox(Comparison):
    @pytest.fixture
    def real(self, firefox: Firefox) -> Real:
        return Real(browser=firefox, profile=FIREFOX, listen=of_firefox(firefox))
