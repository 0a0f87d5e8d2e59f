import contextlib
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from crossgate.serve.loaded import ListenerAddress, Loaded
from crossgate.serve.ports import PortReservations, find_unavailable, reachable_address, url_of, why_unavailable
from crossgate.xds.type_urls import LISTENER, ROUTE

ALL = {False: "0.0.0.0", True: "::"}  # noqa: S104 - only loopback is ever connected to
"""All addresses, of IPv6 or not."""


def listener(name: str = "web", host: str = "127.0.0.1", port: int = 0, resource: str = "") -> ListenerAddress:
    return ListenerAddress(name=name, resource=resource or name, host=host, port=port, scheme="http")


def loaded(*listeners: ListenerAddress) -> Loaded:
    def resource(item: ListenerAddress) -> dict[str, Any]:
        return {"address": {"socket_address": {"address": item.host, "port_value": item.port}}}

    resources: dict[str, dict[str, dict[str, Any]]] = {
        LISTENER: {item.resource: resource(item) for item in listeners},
        ROUTE: {"r": {}},
    }
    return Loaded(resources=resources, bootstrap=lambda _: {}, listeners=listeners)


@pytest.fixture(params=["127.0.0.1", "::1"])
def taken(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    host = request.param
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        server = socket.create_server((host, 0), family=family)
    except OSError:
        pytest.skip(f"this machine has no {host}")
    with server:
        yield host, server.getsockname()[1]


def test_a_port_that_somebody_listens_on_is_not_to_be_had(taken: tuple[str, int]) -> None:
    assert why_unavailable(*taken) == "another program listens there"


def test_a_port_of_all_addresses_is_not_to_be_had_if_one_is_taken(taken: tuple[str, int]) -> None:
    host, port = taken
    assert why_unavailable(ALL[":" in host], port) == "another program listens there"


def test_a_port_that_was_given_up_just_now_is_to_be_had() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), server.accept()[0] as accepted:
            accepted.close()
    # The connection is in TIME_WAIT now, which only a program that asks for it may ignore.
    assert why_unavailable("127.0.0.1", port) is None


@pytest.mark.parametrize(
    ("host", "reason"),
    [("192.0.2.1", "this machine has no such address"), ("localhost", "this is not an IP address")],
)
def test_an_address_that_there_is_not_is_told(host: str, reason: str) -> None:
    assert why_unavailable(host, 8080) == reason


def test_a_privileged_port_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)

    assert why_unavailable("127.0.0.1", 80) == "this user may not open a port of that number"


def test_all_problems_are_found_each_address_once(taken: tuple[str, int]) -> None:
    host, port = taken
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    listeners = [
        listener("one", host, port),
        listener("same-socket", host, port),
        listener("anywhere"),
        listener("other", "192.0.2.1", 1),
    ]

    assert [problem.message for problem in find_unavailable(listeners)] == [
        f"listener `one` can't have `{shown}`: another program listens there",
        "listener `other` can't have `192.0.2.1:1`: this machine has no such address",
    ]


def test_addresses_that_are_ours_already_are_not_tried(taken: tuple[str, int]) -> None:
    assert find_unavailable([listener("one", *taken)], held=[taken]) == []
    assert find_unavailable([listener("one", *taken)], held=[(ALL[False], taken[1])]) == []
    assert find_unavailable([listener("one", *taken)], held=[(taken[0], 1)]) != []


def test_a_listener_without_a_port_gets_one_and_keeps_it() -> None:
    with contextlib.closing(PortReservations()) as ports:
        source = loaded(listener("a"), listener("fixed", port=81), listener("also-a", resource="a"))

        placed, again = ports.assign(source), ports.assign(loaded(listener("new"), listener("a")))

        port = placed.listeners[0].port
        assert port > 0
        assert [item.port for item in placed.listeners] == [port, 81, port]
        assert again.listeners[1].port == port != again.listeners[0].port
        in_resource = {
            name: item["address"]["socket_address"]["port_value"] for name, item in placed.resources[LISTENER].items()
        }
        assert in_resource == {"a": port, "fixed": 81}
        assert placed.resources[ROUTE] is source.resources[ROUTE]
        # What was loaded is not ours to change.
        assert source.resources[LISTENER]["a"]["address"]["socket_address"]["port_value"] == 0


def test_a_configuration_with_ports_stays_as_it_is() -> None:
    with contextlib.closing(PortReservations()) as ports:
        source = loaded(listener(port=81))

        assert ports.assign(source) is source


@pytest.mark.skipif(sys.platform != "linux", reason="only there Envoy shares ports, so that they can be held for it")
def test_a_reserved_port_is_held_for_envoy_and_takes_no_connection() -> None:
    with contextlib.closing(PortReservations()) as ports:
        port = ports.assign(loaded(listener())).listeners[0].port

        assert why_unavailable("127.0.0.1", port) == "another program listens there"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        with socket.create_server(("127.0.0.1", port), reuse_port=True) as envoy:
            socket.create_connection(("127.0.0.1", port)).close()
            envoy.accept()[0].close()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("192.0.2.1", "http://192.0.2.1:80"),
        (ALL[False], "http://127.0.0.1:80"),
        (ALL[True], "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
    ],
)
def test_a_url_leads_to_the_listener_from_this_machine(host: str, url: str) -> None:
    assert url_of(listener(host=host, port=80)) == url
    assert str(reachable_address(listener(host=host, port=80))) == url.removeprefix("http://")
