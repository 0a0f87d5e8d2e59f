import shlex

import pytest

from crossgate.browser.planned import PlannedFetch
from crossgate.cli.curl import curl_command
from tests.unit.cli.configurations import SERVICE, checked, configuration


def test_the_commands_that_show_the_same() -> None:
    fetch = PlannedFetch(
        origin="https://app.test", url="http://h/orders?a&b", method="PUT", headers=(("X-A", "it's"), ("Accept", None))
    )
    preflight, actual = map(curl_command, checked(fetch, configuration(SERVICE)).verdict.exchanges)
    assert shlex.split(preflight) == [
        *("curl", "-si", "-X", "OPTIONS", "http://h/orders?a&b", "-H", "Origin: https://app.test"),
        *("-H", "Access-Control-Request-Method: PUT", "-H", "Access-Control-Request-Headers: x-a"),
    ]
    assert shlex.split(actual)[2:] == [
        *("-X", "PUT", "http://h/orders?a&b", "-H", "Origin: https://app.test", "-H", "X-A: it's", "-H", "Accept;")
    ]


@pytest.mark.parametrize(("method", "words"), [("GET", []), ("HEAD", ["--head"])])
def test_the_command_of_a_plain_fetch(method: str, words: list[str]) -> None:
    fetch = PlannedFetch(origin="https://app.test", url="http://h/orders", method=method, credentials=True)
    (actual,) = map(curl_command, checked(fetch, configuration(SERVICE)).verdict.exchanges)
    assert shlex.split(actual) == [
        *("curl", "-si", *words, "http://h/orders", "-H", "Origin: https://app.test", "-b", "NAME=VALUE")
    ]
