"""The errors that a gateway itself gives on a matched route carry the edits of the row, as an upstream's do."""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.zero_loss.clients import Answer, Http1, Request
from tests.zero_loss.conftest import Run

ORIGIN = "https://app.example"
VERSION = "gateway.networking.k8s.io/v1"
CORS = {"type": "CORS", "cors": {"allowOrigins": [ORIGIN], "exposeHeaders": ["X-Trace"]}}


def configuration() -> dict[str, Any]:
    """Return a Gateway, with a route that has no backend, and one whose backend is not there."""

    def rule(path: str, *backends: str) -> dict[str, Any]:
        match = {"path": {"type": "PathPrefix", "value": path}}
        references = [{"name": name, "port": 80} for name in backends]
        return {"matches": [match], "filters": [CORS], "backendRefs": references}

    rules = [rule("/nowhere"), rule("/gone", "gone")]
    listener = {"name": "http", "port": 8080, "protocol": "HTTP"}
    gateway = {"gatewayClassName": "kgateway", "listeners": [listener]}
    route = {"parentRefs": [{"name": "gw"}], "rules": rules}
    items = [
        {"apiVersion": VERSION, "kind": kind, "metadata": {"name": name, "namespace": "default"}, "spec": spec}
        for kind, name, spec in (("Gateway", "gw", gateway), ("HTTPRoute", "app", route))
    ]
    return {"apiVersion": "v1", "kind": "List", "items": items}


def test_they_carry_the_edits_of_the_row(run: Run, tmp_path: Path, free_port: int) -> None:
    file = tmp_path / "gateway.json"
    file.write_text(json.dumps(configuration()), encoding="utf-8")
    gateway = run(file, "--listen=127.0.0.1:0", f"--resolve=gone.default:80=127.0.0.1:{free_port}")
    address = gateway.ready(1)["default/gw/http"]

    async def ask(path: str, origin: str) -> Answer:
        client = await Http1.open(address)
        answer = await client.exchange(Request(host="a.example", path=path, headers=(("origin", origin),)))
        await client.close()
        return answer

    def outcome(path: str, origin: str) -> tuple[int, str | None, str | None]:
        answer = asyncio.run(ask(path, origin))
        return answer.status, answer.value("access-control-allow-origin"), answer.value("access-control-expose-headers")

    for path, status in (("/nowhere", 500), ("/gone", 503)):
        assert outcome(path, ORIGIN) == (status, ORIGIN, "X-Trace")
        assert outcome(path, "https://other.example") == (status, None, None)
    # No route matched: no row, no grant.
    assert outcome("/other", ORIGIN) == (404, None, None)
