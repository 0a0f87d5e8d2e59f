"""Many routes: latency of any route, list against tree, and what a change costs; with a real Envoy on this machine.

    python bench/routes.py latency        # microseconds a request, by number of routes
    python bench/routes.py reload         # seconds from an edit of a file to the new policy, by number of routes

Each route has a policy of its own, of five rows. A figure of a shared machine is worth the ratio to the one beside it.
"""

import argparse
import json
import math
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.envoy.resources import static_bootstrap
from crossgate.model.gateway import GatewayConfig
from crossgate.serve.binary import find_envoy
from crossgate.source import Source

SHAPES = ("paths", "hosts", "both")
GATEWAY = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gw}
spec:
  gatewayClassName: kgateway
  listeners: [{name: http, port: 8080, protocol: HTTP}]
"""
ROUTE = """\
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: r{number}
spec:
  parentRefs:
  - name: gw
  hostnames:
  - {host}
  rules:
  - matches:
    - path:
        type: PathPrefix
        value: {path}
    filters:
    - type: CORS
      cors:
        allowOrigins:
        - https://a.test
        - https://s{number}.test
        - https://*.b.test
        allowMethods: [GET, POST]
        allowHeaders: [Origin, Authorization]
        allowCredentials: true
        exposeHeaders: [Origin]
        maxAge: 86400
    backendRefs:
    - name: backend
      port: 8000
"""


def places(count: int, shape: str) -> list[tuple[str, str]]:
    """Return the host and path of each route."""
    if shape == "paths":
        return [("a.test", f"/p{number}") for number in range(count)]
    if shape == "hosts":
        return [(f"h{number}.test", "/") for number in range(count)]
    side = math.isqrt(count)
    return [(f"h{number // side}.test", f"/p{number % side}") for number in range(count)]


def manifests(count: int, shape: str) -> str:
    """Return a file of routes."""
    routes = (ROUTE.format(number=n, host=host, path=path) for n, (host, path) in enumerate(places(count, shape)))
    return GATEWAY + "".join(routes)


class Client:
    """One connection, on which preflights are sent."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), 20)

    def preflight(self, host: str, path: str, origin: str) -> str:
        """Return the head of the answer."""
        lines = f"Host: {host}\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: GET\r\n"
        self._socket.sendall(f"OPTIONS {path} HTTP/1.1\r\n{lines}\r\n".encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._socket.recv(65536) or b"\r\n\r\n"
        return answer.decode()


def microseconds(client: Client, host: str, path: str, number: int, times: int = 400) -> float:
    """Return the median time of a granted preflight."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        answer = client.preflight(host, path, f"https://s{number}.test")
        taken.append(time.perf_counter() - began)
        assert f"allow-origin: https://s{number}.test" in answer, answer
    return statistics.median(taken) * 1e6


@contextmanager
def envoy(config: GatewayConfig) -> Iterator[int]:
    """Run an Envoy; yield the port that it listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    bootstrap = static_bootstrap(config, dict.fromkeys(config.ports, ("127.0.0.1", port)))
    for listener in bootstrap["static_resources"]["listeners"]:
        del listener["filter_chains"][0]["filters"][0]["typed_config"]["access_log"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "envoy.json")
        file.write_text(json.dumps(bootstrap))
        command = [
            str(find_envoy(None).path),
            "-c",
            str(file),
            "--concurrency",
            "1",
            "--disable-hot-restart",
            "-l",
            "error",
        ]
        with subprocess.Popen(command) as process:
            try:
                while not answers(port):
                    assert process.poll() is None
                    time.sleep(0.05)
                yield port
            finally:
                process.terminate()


def answers(port: int) -> bool:
    """Say whether somebody listens."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def latency(count: int, shape: str, *, tree: bool) -> None:
    """Print what requests for the first, the middle and the last route take."""
    config = read([Source(name="routes.yaml", text=manifests(count, shape))], ReadOptions(), Diagnostics())
    assert config is not None
    for listener in config.listeners if not tree else ():
        for host in listener.hosts:
            object.__setattr__(host, "tree", None)
    # In the order in which they are tried: paths of one length by name.
    order = sorted(range(count), key=lambda n: (-len(places(count, shape)[n][1]), f"r{n}"))
    chosen = [order[0], order[count // 2], order[-1]]
    with envoy(config) as port:
        client = Client(port)
        rounds = [[microseconds(client, *places(count, shape)[n], n) for n in chosen] for _ in range(3)]
    best = [min(column) for column in zip(*rounds, strict=True)]
    print(f"{count:>6} {shape:<6}{'tree' if tree else 'list':<5}", *(f"{value:8.0f}" for value in best), flush=True)


def memory(process: int) -> int:
    """Return the resident memory of a process, in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) // 1024


def reload(count: int, shape: str, times: int = 3) -> None:
    """Print how long an edit of one policy takes to be live, as a client sees it, and the memory of both processes."""
    with tempfile.TemporaryDirectory() as folder:
        file, log = Path(folder, "routes.yaml"), Path(folder, "log")
        text = manifests(count, shape)
        file.write_text(text)
        command = [
            sys.executable,
            "-c",
            "from crossgate.cli import main; main()",
            "run",
            str(file),
            "--listen",
            "127.0.0.1:0",
        ]
        with log.open("w") as err, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err, text=True) as process:
            try:
                began = time.monotonic()
                assert process.stdout is not None
                ready = process.stdout.readline()
                assert ready, log.read_text()
                start = time.monotonic() - began
                client = Client(int(ready.rsplit(":", 1)[1].strip("/\n")))
                taken = [edit(client, file, text, count, shape, turn) for turn in range(times)]
                children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
                sizes = memory(process.pid), sum(memory(int(child)) for child in children)
            finally:
                process.terminate()
        seconds = " ".join(f"{value:5.2f}" for value in taken)
        print(f"{count:>6} {shape:<6} {start:6.2f}   {seconds}   {sizes[0]:>5} {sizes[1]:>5}", flush=True)


def edit(client: Client, file: Path, text: str, count: int, shape: str, turn: int) -> float:
    """Change the policy of the route in the middle; return the seconds until it is enforced."""
    number = count // 2
    origin = f"https://turn{turn}.test"
    time.sleep(2 + count / 1000)  # as a user would: the change before has been settled
    new = file.with_suffix(".new")
    new.write_text(text.replace(f"https://s{number}.test\n", f"{origin}\n"))
    began = time.monotonic()
    new.replace(file)
    while f"allow-origin: {origin}" not in client.preflight(*places(count, shape)[number], origin):
        assert time.monotonic() - began < 120
        time.sleep(0.005)
    return time.monotonic() - began


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["latency", "reload"])
    parser.add_argument("--routes", type=int, nargs="*")
    parser.add_argument("--shapes", nargs="*", choices=SHAPES, default=SHAPES)
    given = parser.parse_args()
    if given.what == "latency":
        print("routes shape form    first   middle     last  microseconds a request")
        for count in given.routes or (10, 100, 1000, 10_000):
            for shape in given.shapes:
                for tree in (False, True):
                    latency(count, shape, tree=tree)
    else:
        print("routes shape   start   changes, seconds    memory: ours, Envoy's, MB")
        for count in given.routes or (1000, 10_000):
            for shape in given.shapes:
                reload(count, shape)


if __name__ == "__main__":
    main()
