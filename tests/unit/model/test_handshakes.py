import pytest

from crossgate.model.gateway import Certificate, GatewayConfig, HostRoutes, Listener, Scheme
from crossgate.model.handshakes import MISDIRECTED, Handshakes
from crossgate.model.hosts import Hostname


def shown(*names: str, key: str = "k") -> Certificate:
    return Certificate(names=names, chain="c", private_key=key)


def listener(name: str, *certificates: Certificate, hosts: tuple[str, ...] = ()) -> Listener:
    found = tuple(HostRoutes(hostname=Hostname(pattern=pattern), routes=()) for pattern in hosts)
    return Listener(name=name, port=443, hosts=found, scheme=Scheme.HTTPS, certificates=certificates)


def owners(handshakes: Handshakes, server_name: str) -> tuple[str, ...] | None:
    found = handshakes.find(server_name)
    return None if found is None else found.owners


def test_the_most_specific_name_is_shown() -> None:
    handshakes = Handshakes(
        (
            listener("rest", shown()),
            listener("wild", shown("*.a.test")),
            listener("name", shown("b.a.test", "a.test")),
        )
    )

    assert [owners(handshakes, name) for name in ("b.a.test", "a.test", "c.a.test", "x.c.a.test", "a.testx", "")] == [
        ("name",),
        ("name",),
        ("wild",),
        ("wild",),
        ("rest",),
        ("rest",),
    ]


def test_without_a_certificate_for_all_others_some_handshakes_fail() -> None:
    handshakes = Handshakes((listener("wild", shown("*.a.test")),))

    assert [owners(handshakes, name) for name in ("x.a.test", "a.test", "")] == [("wild",), None, None]


def test_certificates_for_one_name_are_shown_together_and_names_of_one_certificate_too() -> None:
    rsa, ecdsa = shown("a.test", "b.test", key="rsa"), shown("a.test", "b.test", key="ecdsa")
    handshakes = Handshakes((listener("l", rsa, ecdsa, shown("c.test")),))

    assert [(len(found.names), len(found.certificates)) for found in handshakes.all] == [(2, 2), (1, 1)]


def test_hosts_of_other_connections_are_misdirected() -> None:
    handshakes = Handshakes(
        (
            listener("wild", shown("*.a.test"), hosts=("*.a.test", "b.a.test")),
            listener("name", shown("b.a.test"), hosts=("*",)),
        )
    )
    wild = handshakes.find("x.a.test")
    assert wild is not None

    assert [handshakes.is_misdirected(wild, host) for host in ("b.a.test", "c.a.test", "else.test")] == [
        True,
        False,
        False,
    ]
    unmatched = {host.hostname.pattern: host.unmatched for host in handshakes.owned(wild)}
    assert unmatched["b.a.test"] == MISDIRECTED
    assert unmatched["*.a.test"] != MISDIRECTED


def test_one_listener_owns_its_hosts_as_they_are() -> None:
    only = listener("l", shown("a.test"), shown("b.test"), hosts=("a.test", "*"))
    handshakes = Handshakes((only,))

    assert all(handshakes.owned(handshake) == only.hosts for handshake in handshakes.all)


def test_a_port_speaks_one_protocol() -> None:
    plain = Listener(name="p", port=443, hosts=())
    with pytest.raises(ValueError, match="different protocols"):
        GatewayConfig(listeners=(plain, listener("l", shown())))
