import click
import pytest

from crossgate.cli.addresses import is_ip_address, parse_address, parse_resolved
from crossgate.model.routes import Endpoint


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:0", "127.0.0.1", 0),
        ("a:65535", "a", 65535),
        ("orders.default.svc:8080", "orders.default.svc", 8080),
        ("a_b-c.test.:80", "a_b-c.test.", 80),
        ("[::1]:80", "::1", 80),
        ("[::ffff:1.2.3.4]:80", "::ffff:1.2.3.4", 80),
        ("1a:80", "1a", 80),
    ],
)
def test_an_address(text: str, host: str, port: int) -> None:
    assert parse_address(text, "an address") == Endpoint(host=host, port=port)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":80",
        "a",
        "a:",
        "a:b",
        "a:-1",
        "a:65536",
        "a:123456",
        "::1:80",
        "[::1]",
        "[::1:80",
        "[::::]:80",
        "[a]:80",
        "[1.2.3.4.5]:80",
        "1.2.3:80",
        "1.2.3.300:80",
        "-a:80",
        "a-:80",
        "a..b:80",
        "a b:80",
        "http://a:80",
        "u@a:80",
        "a:80/",
        "é:80",
        "a:８０",  # noqa: RUF001 - digits, but not those of ASCII
    ],
)
def test_no_address(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not an address"):
        parse_address(text, "an address")


def test_an_ip_address_is_no_name() -> None:
    assert is_ip_address("127.0.0.1")
    assert is_ip_address("::1")
    assert not is_ip_address("localhost")


def test_a_name_may_have_several_endpoints() -> None:
    one, two = Endpoint(host="a", port=1), Endpoint(host="b", port=2)
    assert parse_resolved(["s:80=a:1", "t:80=b:2", "s:80=b:2"]) == {"s:80": (one, two), "t:80": (two,)}


@pytest.mark.parametrize("value", ["s=a:1", "s:80", "s:80=a", "s:80=a:0"])
def test_no_endpoint_of_a_name(value: str) -> None:
    with pytest.raises(click.BadParameter, match=r"is not|nothing listens"):
        parse_resolved([value])
