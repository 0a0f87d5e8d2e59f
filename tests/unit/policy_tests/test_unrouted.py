"""Tests that nothing answers are told, unless they mean it."""

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.engine.decide import Engine
from crossgate.policy_tests.unrouted import report_unrouted
from tests.unit.cli.configurations import configuration
from tests.unit.policy_tests.files import POLICY, played

POST_ONLY = POLICY.replace("paths: [/r]", "paths: [/r], methods: [POST]")


def warned(tests: str, policy: str = POLICY) -> list[str]:
    report = Diagnostics()
    report_unrouted(played(tests, policy).results, Engine(configuration(policy)), report)
    return [f"{found.span}: {found.message}" for found in report]


def test_a_url_that_no_route_means() -> None:
    (warning,) = warned("  - {url: 'https://s.test/typo', origins: ['https://a.test', 'https://c.test']}\n")
    assert warning.startswith("shop.cors.yaml:2:11: no route means `https://s.test/typo`")


@pytest.mark.parametrize(
    ("test", "policy"),
    [
        ("{url: 'https://s.test/r', origin: 'https://c.test'}", POLICY),
        ("{url: 'https://s.test/typo', origin: 'https://a.test', outcome: no-route}", POLICY),
        ("{url: 'https://s.test/typo', origin: 'https://a.test', expect: allowed}", POLICY),
        ("{url: 'https://s.test/r', origin: 'https://a.test', method: PUT}", POST_ONLY),
    ],
)
def test_no_warning(test: str, policy: str) -> None:
    assert warned(f"  - {test}\n", policy) == []
