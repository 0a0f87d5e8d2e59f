from crossgate.advice.missed import missed_condition, route_of_request
from crossgate.browser.gateway import Answered, ask
from crossgate.browser.planned import PlannedFetch
from crossgate.engine.decide import Engine
from crossgate.model.conditions import OriginIn, RequestedHeadersIn, RequestedMethodIn
from tests.unit.cli.configurations import PLUGIN, SERVICE, configuration, sent

APP = "https://app.test"
ORDERS = "http://orders.test/orders"


def preflight(
    url: str, text: str, origin: str = APP, method: str = "GET", names: str = "x-a"
) -> tuple[Answered, Engine]:
    engine = Engine(configuration(text))
    headers = (
        ("origin", origin),
        ("access-control-request-method", method),
        ("access-control-request-headers", names),
    )
    return ask(engine, sent("OPTIONS", url, *headers), None), engine


def test_the_first_condition_that_stands_in_the_way() -> None:
    assert isinstance(missed_condition(*preflight(ORDERS, PLUGIN, "https://b.test", "PUT", "x-b")), OriginIn)
    assert isinstance(missed_condition(*preflight(ORDERS, PLUGIN, APP, "PUT", "x-b")), RequestedMethodIn)
    assert isinstance(missed_condition(*preflight(ORDERS, PLUGIN, APP, "GET", "x-b")), RequestedHeadersIn)


def test_nothing_stands_in_the_way() -> None:
    assert missed_condition(*preflight(ORDERS, PLUGIN)) is None
    assert missed_condition(*preflight("http://h/plain", SERVICE)) is None
    assert missed_condition(*preflight("http://h/%00", SERVICE)) is None


def test_a_route_that_only_the_preflight_misses() -> None:
    url = "http://h/nowhere"
    fetch = PlannedFetch(origin=APP, url=url, method="POST", headers=(("X-A", "1"),))
    found = route_of_request(*preflight(url, SERVICE), fetch=fetch)
    assert found is not None
    assert found.name == "Route/post-only"


def test_a_route_that_the_request_misses_too() -> None:
    for url in ("http://h/nowhere", ORDERS):
        assert route_of_request(*preflight(url, SERVICE), fetch=PlannedFetch(origin=APP, url=url)) is None
