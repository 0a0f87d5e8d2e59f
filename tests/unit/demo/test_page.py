import json
from collections.abc import Callable, Mapping
from pathlib import Path
from wsgiref.util import setup_testing_defaults

import pytest

from crossgate.demo.configuration import read_examples
from crossgate.demo.experiments import EXPERIMENTS
from crossgate.demo.gateways import GATEWAYS
from crossgate.demo.page import page, page_origins
from crossgate.demo.stage import Stage
from crossgate.diagnostics import Diagnostics
from crossgate.model.routes import Endpoint

PORT = 8088
EXAMPLES = Path(__file__).parents[3] / "examples"

Answer = tuple[str, dict[str, str], bytes]
Get = Callable[..., Answer]


@pytest.fixture(scope="module")
def ready() -> Stage:
    listed, _ = page_origins(PORT)
    config = read_examples(EXAMPLES, listed, Endpoint(host="127.0.0.1", port=1), Diagnostics())
    assert config is not None
    stage = Stage()
    stage.take(config)
    for number, gateway in enumerate(GATEWAYS):
        stage.note(gateway.listener, f"http://127.0.0.1:{9000 + number}")
    return stage


def ask(stage: Stage, path: str = "/", *, host: str = f"localhost:{PORT}", method: str = "GET") -> Answer:
    environ = {"HTTP_HOST": host, "SERVER_PORT": str(PORT), "PATH_INFO": path, "REQUEST_METHOD": method}
    setup_testing_defaults(environ)
    started: list[tuple[str, Mapping[str, str]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        started.append((status, dict(headers)))
        return lambda _: None

    body = b"".join(page(stage)(environ, start_response))
    ((status, headers),) = started
    return status, dict(headers), body


@pytest.mark.parametrize("path", ["/", "/page.css", "/page.js", "/plan.json"])
@pytest.mark.parametrize("host", [f"localhost:{PORT}", f"127.0.0.1:{PORT}", f"LOCALHOST:{PORT}"])
def test_the_page_has_two_names(ready: Stage, path: str, host: str) -> None:
    status, headers, body = ask(ready, path, host=host)

    assert status == "200 OK"
    assert headers["Content-Length"] == str(len(body))
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("host", ["", "localhost", "evil.test", f"evil.test:{PORT}", f"localhost:{PORT + 1}"])
@pytest.mark.parametrize("path", ["/", "/plan.json"])
def test_under_any_other_name_there_is_nothing(ready: Stage, host: str, path: str) -> None:
    status, _, body = ask(ready, path, host=host)

    assert status == "421 Misdirected Request"
    assert b"plan" not in body


def test_port_80_is_not_part_of_an_origin() -> None:
    assert page_origins(80) == ("http://localhost", "http://127.0.0.1")


def test_what_is_not_there_is_not_found(ready: Stage) -> None:
    assert ask(ready, "/../page.py")[0] == "404 Not Found"


def test_nothing_can_be_changed(ready: Stage) -> None:
    status, headers, _ = ask(ready, method="POST")

    assert (status, headers["Allow"]) == ("405 Method Not Allowed", "GET, HEAD")


def test_a_head_has_no_body(ready: Stage) -> None:
    status, headers, body = ask(ready, method="HEAD")

    assert (status, body) == ("200 OK", b"")
    assert int(headers["Content-Length"]) > 0


def test_the_page_may_talk_to_itself_and_to_the_gateways(ready: Stage) -> None:
    _, headers, _ = ask(ready)

    allowed = "connect-src 'self' http://localhost:9000 http://localhost:9001 http://localhost:9002"
    assert headers["Content-Security-Policy"].endswith(allowed)
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_there_is_no_plan_before_the_gateways_are_ready() -> None:
    status, headers, _ = ask(Stage(), "/plan.json")

    assert (status, headers["Retry-After"]) == ("503 Service Unavailable", "1")


def test_the_plan_says_what_is_expected_and_why(ready: Stage) -> None:
    plan = json.loads(ask(ready, "/plan.json")[2])
    trials = {trial["id"]: trial for experiment in plan["experiments"] for trial in experiment["trials"]}

    assert len(trials) == len(EXPERIMENTS) * len(GATEWAYS)
    assert (plan["origin"], plan["other"], plan["is_listed"]) == (*page_origins(PORT), True)
    refused = trials["higress-refused-header"]
    assert refused["url"] == "http://localhost:9001/anything/order"
    assert refused["expected"]["outcome"] == "blocked"
    assert "answer has no `Access-Control-Allow-Origin`" in refused["expected"]["reason"]
    (step,) = refused["expected"]["steps"]
    assert (step["method"], step["status"], step["outcome"]) == ("OPTIONS", 403, "preflight-refused")
    assert "demo/higress.yaml:" in step["place"]
    granted = trials["kgateway-partner"]["expected"]
    assert granted["outcome"] == "allowed"
    assert "httpbin allows everybody" in granted["reason"]


def test_what_is_expected_depends_on_the_name(ready: Stage) -> None:
    plan = json.loads(ask(ready, "/plan.json", host=f"127.0.0.1:{PORT}")[2])
    trials = {trial["id"]: trial for experiment in plan["experiments"] for trial in experiment["trials"]}

    assert (plan["origin"], plan["is_listed"]) == (page_origins(PORT)[1], False)
    assert trials["kong-simple"]["expected"]["outcome"] == "blocked"
