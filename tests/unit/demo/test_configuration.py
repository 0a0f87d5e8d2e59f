import shutil
from pathlib import Path

import pytest

from crossgate.demo.configuration import WRITTEN_ORIGIN, read_examples, watched
from crossgate.demo.gateways import GATEWAYS
from crossgate.diagnostics import Diagnostics, Severity
from crossgate.model.gateway import GatewayConfig
from crossgate.model.routes import Endpoint, Forward

EXAMPLES = Path(__file__).parents[3] / "examples"
ORIGIN = "http://localhost:1234"
UPSTREAM = Endpoint(host="127.0.0.1", port=5000)


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """Examples that a test may change."""
    return shutil.copytree(EXAMPLES, tmp_path / "examples")


def read(examples: Path) -> GatewayConfig:
    config = read_examples(examples, ORIGIN, UPSTREAM, Diagnostics())
    assert config is not None
    return config


def errors(examples: Path) -> list[str]:
    report = Diagnostics()
    assert read_examples(examples, ORIGIN, UPSTREAM, report) is None
    return [found.message for found in report if found.severity is Severity.ERROR]


def test_each_gateway_answers_for_the_documents_hosts_and_for_the_pages() -> None:
    config = read(EXAMPLES)

    assert {listener.name: [host.hostname.pattern for host in listener.hosts] for listener in config.listeners} == {
        "kgateway-system/http/http": ["cors.example", "localhost"],
        "higress": ["httpbin.example.com", "localhost"],
        "kong": ["*", "localhost"],
    }
    assert [listener.name for listener in config.listeners] == [gateway.listener for gateway in GATEWAYS]
    assert [listener.port for listener in config.listeners] == [8080, 80, 8000]


def test_every_backend_is_the_upstream() -> None:
    targets = [route.target for route in read(EXAMPLES).routes()]

    assert targets
    for target in targets:
        assert isinstance(target, Forward)
        assert [share.backend.endpoints for share in target.backends if share.backend] == [(UPSTREAM,)]


def test_the_page_is_allowed_under_the_origin_that_it_has() -> None:
    allowed = {
        origin.value
        for route in read(EXAMPLES).routes()
        if route.policy is not None
        for origin in route.policy.allow_origins or ()
    }

    assert ORIGIN in allowed
    assert WRITTEN_ORIGIN not in allowed
    assert "https://example.com/" in allowed


def test_of_the_pages_files_only_errors_are_reported(examples: Path) -> None:
    report = Diagnostics()
    read_examples(examples, ORIGIN, UPSTREAM, report)
    assert not any("demo" in str(found.span) for found in report)
    file = examples / "demo" / "kong.yaml"

    file.write_text(file.read_text(encoding="utf-8").replace("paths:", "pahts:"), encoding="utf-8")

    assert any("`pahts`" in message for message in errors(examples))


def test_a_host_of_both_is_an_error(examples: Path) -> None:
    file = examples / "demo" / "higress.yaml"

    file.write_text(file.read_text(encoding="utf-8").replace("localhost\n", "httpbin.example.com\n"), encoding="utf-8")

    assert errors(examples) == ["the page's files and the documents' both answer for host `httpbin.example.com`"]


def test_what_is_read_is_what_is_watched() -> None:
    assert [path.relative_to(EXAMPLES).as_posix() for path in watched(EXAMPLES)] == [
        "kgateway/httproute",
        "higress",
        "kong",
        "demo",
    ]
