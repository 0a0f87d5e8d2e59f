"""Every request that the documents show, sent to live gateways and asked of the engine: they answer as written."""

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from crossgate.demo.upstream import start_httpbin
from tests.zero_loss.gateway import PROGRAM, Gateway

ROOT = Path(__file__).parents[2]
CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "requests.yaml").read_text(encoding="utf-8"))
BACKENDS = {
    "examples/kgateway/httproute": ("kgateway-system/http/http", "httpbin.httpbin:8000"),
    "examples/kgateway/trafficpolicy": ("kgateway-system/http/http", "httpbin.httpbin:8000"),
    "examples/higress": ("higress", "httpbin.org:80"),
    "examples/kong": ("kong", "httpbin.test:80"),
    "tests/documents/kong-pairs.yaml": ("kong", "httpbin.test:80"),
}
SAID = {
    "examples/kgateway/httproute": ["origin-never-sent", "unmatched-preflight-forwarded"],
    "examples/kgateway/trafficpolicy": ["origin-never-sent", "unmatched-preflight-forwarded"],
    "examples/higress": ["bridge-ignored-by-controller"],
    "examples/kong": ["preflight-misses-route"],
    "tests/documents/kong-pairs.yaml": ["preflight-by-host"],
}
"""What is to be said of each configuration, by the ids of the findings."""
UNPREDICTED = {"date", "server", "connection", "transfer-encoding"}

Address = tuple[str, int]
Answer = tuple[int, list[tuple[str, str]], str]


@pytest.fixture(scope="session")
def httpbin() -> Address:
    endpoint = start_httpbin()
    return endpoint.host, endpoint.port


@pytest.fixture(scope="session")
def gateways(httpbin: Address) -> Iterator[dict[str, Address]]:
    """Run every example; yield where each listens."""
    with ExitStack() as stack:
        yield {config: run(config, ROOT / config, httpbin, stack) for config in BACKENDS}


def run(config: str, path: Path, httpbin: Address, stack: ExitStack) -> Address:
    name, backend = BACKENDS[config]
    there = f"--resolve={backend}={httpbin[0]}:{httpbin[1]}"
    gateway = Gateway(str(path), f"--listen={name}=127.0.0.1:0", there)
    stack.callback(gateway.clean_up)
    return gateway.ready(1)[name]


def send(address: Address, case: dict[str, Any]) -> Answer:
    """Send the request of a case, its Host and all, to an address."""
    request, url = case["request"], urlsplit(case["request"]["url"])
    connection = http.client.HTTPConnection(*address, timeout=30)
    connection.putrequest(request["method"], url.path + (f"?{url.query}" if url.query else ""), skip_host=True)
    for name, value in [("Host", url.netloc), *request["headers"], ("Content-Length", "0")]:
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    headers = [(name.lower(), value) for name, value in answer.getheaders()]
    found = answer.status, headers, answer.read().decode()
    connection.close()
    return found


@pytest.fixture(scope="session")
def answers(httpbin: Address) -> dict[str, dict[str, Any]]:
    """Ask the engine about every request, in front of what httpbin itself answers to it; return its answers by case."""
    asked = [(config, [case for case in CASES if case["config"] == config]) for config in BACKENDS]
    return {
        answer["id"]: answer
        for config, cases in asked
        for answer in ask(ROOT / config, [(case, send(httpbin, case)) for case in cases])
    }


def ask(path: Path, cases: Sequence[tuple[dict[str, Any], Answer]]) -> list[dict[str, Any]]:
    """Ask `crossgate check` about requests, each in front of what the upstream answers to it."""
    lines = [
        {"id": case["id"], **case["request"], "upstream": {"status": status, "headers": headers, "body": body}}
        for case, (status, headers, body) in cases
    ]
    done = crossgate_check(path, "".join(json.dumps(line) + "\n" for line in lines))
    return [json.loads(line) for line in done.stdout.splitlines()]


def crossgate_check(path: Path, requests: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, "check", str(path), "--requests", "-", "--format", "json"],
        input=requests,
        capture_output=True,
        text=True,
        check=True,
    )


def compared(headers: list[tuple[str, str]], *, is_local: bool) -> list[tuple[str, str]]:
    """Return the headers that configuration and upstream cause, in one order."""
    framing = set() if is_local else {"content-length", "content-type"}
    kept = [pair for pair in headers if pair[0] not in UNPREDICTED | framing and not pair[0].startswith("x-envoy-")]
    return sorted((name, value) for name, value in kept)


def check(case: dict[str, Any], status: int, headers: list[tuple[str, str]], body: str) -> None:
    """Hold an answer against the document."""
    expect = case["expect"]
    assert status == expect["status"]
    for name, value in expect["headers"].items():
        assert [found for key, found in headers if key == name] == [value], name
    present = {name for name, _ in headers}
    if expect.get("absent") == "cors":
        assert {name for name in present if name.startswith(("access-control-", "x-cors-"))} <= set(expect["headers"])
    else:
        assert present.isdisjoint(expect.get("absent", ()))
    if "body" in expect:
        assert body == expect["body"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_documented_answer(
    case: dict[str, Any], gateways: dict[str, Address], answers: dict[str, dict[str, Any]]
) -> None:
    status, headers, body = send(gateways[case["config"]], case)
    check(case, status, headers, body)
    engine = answers[case["id"]]
    assert engine["outcome"] == case["outcome"]
    predicted = [(name, value) for name, value in engine["response"]["headers"]]
    check(case, engine["response"]["status"], predicted, engine["response"]["body"])
    is_local = engine["action"] == "respond"
    assert predicted == compared(headers, is_local=is_local)
    assert not is_local or engine["response"]["body"] == body


def test_the_other_spelling_of_a_traffic_policy(httpbin: Address, tmp_path: Path) -> None:
    config = "examples/kgateway/trafficpolicy"
    for file in (ROOT / config).iterdir():
        renamed = file.read_text(encoding="utf-8").replace("kind: TrafficPolicy", "kind: GlooTrafficPolicy")
        (tmp_path / file.name).write_text(renamed, encoding="utf-8")
    case = next(case for case in CASES if case["id"] == "kgateway-trafficpolicy-allowed")
    with ExitStack() as stack:
        check(case, *send(run(config, tmp_path, httpbin, stack), case))
    assert [answer["outcome"] for answer in ask(tmp_path, [(case, (200, [], ""))])] == [case["outcome"]]


def test_every_example_is_exercised() -> None:
    assert {case["config"] for case in CASES} == set(BACKENDS)


@pytest.mark.parametrize("config", SAID)
def test_what_is_said_of_a_configuration(config: str) -> None:
    done = crossgate_check(ROOT / config, "")
    assert sorted(json.loads(line)["id"] for line in done.stderr.splitlines()) == SAID[config]
