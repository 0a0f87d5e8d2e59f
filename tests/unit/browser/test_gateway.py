import pytest

from crossgate.browser.gateway import ask, port_of
from crossgate.engine.decide import Engine
from crossgate.engine.routing import ListenerUnknown
from crossgate.model.table import Outcome
from tests.unit.cli.configurations import PLUGIN, SERVICE, configuration, sent


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("http://a", 80),
        ("https://a/b", 443),
        ("HTTPS://A:8443?c", 8443),
        ("http://[::1]", 80),
        ("http://[::1]:1/", 1),
        ("http://u:p@a/", 80),
        ("http://u:1@a:2/", 2),
        ("http://a:/", 80),
        ("http://a/:9", 80),
        ("http://a#:9", 80),
    ],
)
def test_the_port_of_a_url(url: str, port: int) -> None:
    assert port_of(url) == port


@pytest.mark.parametrize("url", ["", "a", "//a", "ftp://a", "http://", "http://a:b", "http://a:65536"])
def test_the_port_of_no_url(url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        port_of(url)


def test_an_upstream_that_says_nothing_of_cors() -> None:
    answered = ask(Engine(configuration(SERVICE)), sent("GET", "http://h/plain", ("origin", "https://app.test")), None)
    assert (answered.status, answered.outcome, answered.is_forwarded) == (200, Outcome.NO_POLICY, True)
    assert answered.headers == ()
    assert answered.policy is None


def test_an_answer_of_the_gateway() -> None:
    answered = ask(
        Engine(configuration(PLUGIN)), sent("GET", "http://orders.test/", ("origin", "https://b.test")), None
    )
    assert (answered.status, answered.outcome, answered.is_forwarded) == (403, Outcome.ACTUAL_REFUSED, False)
    assert answered.policy is not None


def test_a_request_that_is_none() -> None:
    answered = ask(Engine(configuration(SERVICE)), sent("GET", "http://h/%00"), None)
    assert (answered.status, answered.outcome, answered.is_forwarded) == (400, Outcome.BAD_REQUEST, False)
    assert answered.decision is None
    assert answered.refusal


def test_of_several_sockets_the_url_chooses_unless_a_name_does() -> None:
    engine = Engine(configuration(SERVICE, PLUGIN))
    assert ask(engine, sent("GET", "http://orders.test:8000/orders"), None).policy is not None
    with pytest.raises(ListenerUnknown):
        ask(engine, sent("GET", "http://orders.test:1/orders"), None)
    named = ask(engine, sent("GET", "http://orders.test:1/orders"), "kong")
    assert named.decision is not None
    assert named.decision.routed.listener.name == "kong"
