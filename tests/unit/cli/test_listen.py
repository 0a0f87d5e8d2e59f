import click
import pytest

from crossgate.cli.listen import binds
from crossgate.model.gateway import GatewayConfig, Listener

ONE = GatewayConfig(listeners=(Listener(name="a", port=80, hosts=()), Listener(name="b", port=80, hosts=())))
TWO = GatewayConfig(listeners=(*ONE.listeners, Listener(name="c", port=81, hosts=())))


@pytest.mark.parametrize(
    ("config", "listen", "bound"),
    [
        (ONE, [], {80: ("127.0.0.1", 80)}),
        (TWO, [], {80: ("127.0.0.1", 80), 81: ("127.0.0.1", 81)}),
        (ONE, ["0.0.0.0:8080"], {80: ("0.0.0.0", 8080)}),  # noqa: S104 - the user's own wish
        (ONE, ["localhost:8080"], {80: ("127.0.0.1", 8080)}),
        (ONE, ["[::1]:0"], {80: ("::1", 0)}),
        (ONE, ["b=127.0.0.1:1"], {80: ("127.0.0.1", 1)}),
        (ONE, ["a=127.0.0.1:1", "a=127.0.0.1:1"], {80: ("127.0.0.1", 1)}),
        (TWO, ["c=127.0.0.1:1"], {80: ("127.0.0.1", 80), 81: ("127.0.0.1", 1)}),
        (TWO, ["c=127.0.0.1:80", "a=127.0.0.1:81"], {80: ("127.0.0.1", 81), 81: ("127.0.0.1", 80)}),
        (TWO, ["c=127.0.0.1:0", "a=127.0.0.1:0"], {80: ("127.0.0.1", 0), 81: ("127.0.0.1", 0)}),
        (TWO, ["c=127.0.0.2:80"], {80: ("127.0.0.1", 80), 81: ("127.0.0.2", 80)}),
    ],
)
def test_where_sockets_are_bound(config: GatewayConfig, listen: list[str], bound: dict[int, tuple[str, int]]) -> None:
    assert binds(config, listen) == bound


@pytest.mark.parametrize(
    ("config", "listen", "complaint"),
    [
        (TWO, ["127.0.0.1:1"], "the configuration has 2 sockets: write `--listen NAME=HOST:PORT`"),
        (ONE, ["d=127.0.0.1:1"], "no listener is called `d`; there are `a`, `b`"),
        (ONE, ["=127.0.0.1:1"], "no listener is called ``"),
        (ONE, ["a=127.0.0.1:1", "b=127.0.0.1:2"], "move the same socket"),
        (TWO, ["c=127.0.0.1:80"], "`a` and `c` would both listen on port 80 of 127.0.0.1"),
        (ONE, ["host.test:1"], "names no address of this machine"),
        (ONE, ["127.0.0.1"], "is not a place to listen"),
        (ONE, ["127.0.0.1:65536"], "is not a place to listen"),
        (ONE, ["127.0.0.300:1"], "is not a place to listen"),
        (ONE, ["::1:80"], "is not a place to listen"),
        (ONE, [""], "is not a place to listen"),
    ],
)
def test_what_cannot_be_bound(config: GatewayConfig, listen: list[str], complaint: str) -> None:
    with pytest.raises(click.UsageError, match=complaint.replace("(", r"\(")):
        binds(config, listen)
