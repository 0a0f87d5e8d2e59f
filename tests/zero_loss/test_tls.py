"""HTTPS as users run it: ready, two hostnames on one port, certificates that change while requests come."""

import asyncio
import json
import socket
import ssl
from pathlib import Path

from tests.support.certificates import key_pair
from tests.support.shown import anybody, certificate, client
from tests.zero_loss.clients import Address
from tests.zero_loss.conftest import Run
from tests.zero_loss.waiting import until

GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: default}
spec:
  gatewayClassName: kgateway
  listeners:
    - {name: a, port: 443, protocol: HTTPS, hostname: a.test, tls: {certificateRefs: [{name: a}]}}
    - {name: b, port: 443, protocol: HTTPS, hostname: b.test, tls: {certificateRefs: [{name: b}]}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: default}
spec:
  parentRefs: [{name: edge}]
  rules: [{filters: [{type: RequestRedirect, requestRedirect: {hostname: elsewhere.test}}]}]
"""
FOUND = "HTTP/1.1 302 Found"
NAMES = ("default/edge/a", "default/edge/b")


def write(file: Path, **pairs: tuple[str, str]) -> None:
    """Write the gateway and its Secrets, in place of what was there."""
    secrets = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": "default"},
            "type": "kubernetes.io/tls",
            "stringData": {"tls.crt": chain, "tls.key": key},
        }
        for name, (chain, key) in pairs.items()
    ]
    new = file.with_suffix(".new")
    new.write_text("---\n".join([GATEWAY, *(f"{json.dumps(secret)}\n" for secret in secrets)]))
    new.rename(file)


def pair(name: str) -> tuple[str, str]:
    found = certificate(name)
    return found.chain, found.private_key


def fetch(address: Address, context: ssl.SSLContext, host: str) -> tuple[str, bytes | None]:
    """Return the status line of an answer, and the certificate that was shown for it."""
    with (
        socket.create_connection(address, 20) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        secured.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return secured.makefile("rb").readline().decode().strip(), secured.getpeercert(binary_form=True)


class Kept:
    """A connection that is kept alive."""

    def __init__(self, address: Address, context: ssl.SSLContext, host: str) -> None:
        self._host = host
        self._socket = context.wrap_socket(socket.create_connection(address, 20), server_hostname=host)
        self._stream = self._socket.makefile("rb")

    def ask(self) -> tuple[str, bool]:
        """Return the status line, and whether the connection goes on."""
        self._socket.sendall(f"GET / HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())
        lines = list(iter(lambda: self._stream.readline().decode().strip(), ""))
        return lines[0], "connection: close" not in lines

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


def test_two_hostnames_on_one_port_are_ready_together(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "gateway.yaml"
    write(file, a=pair("a"), b=pair("b"))
    gateway = run(file, "--listen=default/edge/a=127.0.0.1:0")
    addresses = gateway.ready(2)

    assert tuple(addresses) == NAMES
    assert len(set(addresses.values())) == 1
    shown = {host: fetch(addresses[NAMES[0]], client(), host) for host in ("a.test", "b.test")}
    assert {status for status, _ in shown.values()} == {FOUND}
    assert shown["a.test"][1] != shown["b.test"][1]


def test_another_certificate_loses_nothing_and_a_wrong_one_changes_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "gateway.yaml"
    write(file, a=pair("a"), b=pair("b"))
    gateway = run(file, "--listen=default/edge/a=127.0.0.1:0")
    address = gateway.ready(2)[NAMES[0]]
    context = anybody()
    newer = ssl.PEM_cert_to_DER_cert(key_pair("a.test")[0])

    kept = {host: Kept(address, context, host) for host in ("a.test", "b.test")}
    assert {connection.ask() for connection in kept.values()} == {(FOUND, True)}

    async def check() -> set[str]:
        statuses: set[str] = set()
        shown: list[bytes | None] = []
        is_over = asyncio.Event()

        async def ask() -> None:
            while not is_over.is_set():
                status, seen = await asyncio.to_thread(fetch, address, context, "a.test")
                statuses.add(status)
                shown.append(seen)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(4):
                tasks.create_task(ask())
            await until(lambda: len(shown) > 20)
            write(file, a=key_pair("a.test"), b=pair("b"))
            await until(lambda: shown[-1] == newer)
            is_over.set()
        return statuses

    assert asyncio.run(check()) == {FOUND}
    assert {host: connection.ask() for host, connection in kept.items()} == {
        "a.test": (FOUND, False),
        "b.test": (FOUND, True),
    }
    for connection in kept.values():
        connection.close()
    chain, key = key_pair("a.test")
    write(file, a=(chain, pair("b")[1]), b=pair("b"))
    said = gateway.err.until("the private key is not that of the certificate")
    assert not any(line in "\n".join(said) for line in (*key.split("\n")[1:-2], *pair("b")[1].split("\n")[1:-2]))
    assert fetch(address, client(), "b.test")[0] == FOUND
