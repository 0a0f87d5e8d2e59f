import pytest

from crossgate.browser.planned import PlannedFetch
from crossgate.cli.served import Deviation, Served, deviations
from tests.unit.cli.configurations import SERVICE, checked, configuration

FETCH = PlannedFetch(origin="https://app.test", url="http://h/orders", method="PUT", headers=(("X-A", "1"),))


@pytest.mark.parametrize(
    ("served", "found"),
    [
        (
            Served(
                status=200,
                headers=(
                    ("access-control-allow-origin", "https://app.test"),
                    ("access-control-allow-methods", "PUT, GET"),
                    ("access-control-allow-headers", "x-a"),
                    ("vary", "origin"),
                    ("x-other", "1"),
                ),
            ),
            [],
        ),
        (
            Served(status=403, headers=(("vary", "Accept"),)),
            [
                ("status", "200", "403"),
                ("access-control-allow-origin", "https://app.test", None),
                ("access-control-allow-methods", "GET,PUT", None),
                ("access-control-allow-headers", "X-A", None),
                ("vary", "Origin", "Accept"),
            ],
        ),
    ],
)
def test_what_is_not_as_the_files_say(served: Served, found: list[tuple[str, str | None, str | None]]) -> None:
    preflight, _ = checked(FETCH, configuration(SERVICE)).verdict.exchanges
    assert list(deviations(preflight, served)) == [
        Deviation(exchange="preflight", name=name, files=files, served=there) for name, files, there in found
    ]


def test_the_status_of_the_upstream_is_no_matter() -> None:
    _, actual = checked(FETCH, configuration(SERVICE)).verdict.exchanges
    granted = (("access-control-allow-origin", "https://app.test"), ("vary", "Origin"))
    assert list(deviations(actual, Served(status=418, headers=granted))) == []
