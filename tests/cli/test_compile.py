"""`compile` prints what a real Envoy runs."""

import json
from pathlib import Path
from typing import Any

import pytest

from crossgate.cli import main
from tests.cli.transcript import ROOT
from tests.support.envoy import complaint
from tests.support.shown import certificate

CASES = {
    "one": ("examples/kong",),
    "gateway": ("examples/kgateway/httproute",),
    "policy": ("examples/kgateway/trafficpolicy", "--documents", "kgateway=2.3"),
    "several": ("examples/kong", "examples/higress", "examples/kgateway/httproute"),
    "narrowed": ("examples/kong", "examples/higress", "--dialect", "higress", "--format", "json"),
    "moved": ("examples/kong", "--listen", "[::1]:0", "--resolve", "httpbin.test:80=[::1]:8080"),
}


def compiled(*arguments: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    with pytest.raises(SystemExit) as ended:
        main(["compile", *arguments])
    assert ended.value.code == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("case", CASES)
def test_envoy_takes_it(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    bootstrap = tmp_path / "envoy.json"
    bootstrap.write_text(json.dumps(compiled(*CASES[case], capsys=capsys)), encoding="utf-8")
    assert complaint(bootstrap) == ""


def addresses(value: object) -> list[tuple[str, int]]:
    """Return every address of a bootstrap, wherever it stands."""
    if isinstance(value, list):
        return [found for item in value for found in addresses(item)]
    if not isinstance(value, dict):
        return []
    own = [(value["address"], value["port_value"])] if "port_value" in value else []
    return [*own, *(found for item in value.values() for found in addresses(item))]


def test_listeners_and_backends_are_where_the_user_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert {("127.0.0.1", 8000), ("httpbin.test", 80)} <= set(addresses(compiled("examples/kong", capsys=capsys)))
    arguments = [
        "--listen",
        "kong=0.0.0.0:1",
        "--resolve",
        "httpbin.test:80=[::1]:2",
        "--resolve",
        "httpbin.test:80=a.test:3",
    ]
    moved = addresses(compiled("examples/kong", *arguments, capsys=capsys))
    assert set(moved) == {("0.0.0.0", 1), ("::1", 2), ("a.test", 3)}  # noqa: S104 - the user's own wish


def test_what_is_not_usable_is_not_compiled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["compile", str(tmp_path)])
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error[empty-folder]")


GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: default}
spec:
  gatewayClassName: kgateway
  listeners:
    - {name: a, port: 443, protocol: HTTPS, hostname: a.test, tls: {certificateRefs: [{name: a}]}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: default}
spec:
  parentRefs: [{name: edge}]
  rules: [{filters: [{type: RequestRedirect, requestRedirect: {hostname: b.test}}]}]
---
"""


def test_private_keys_are_written_only_where_they_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = certificate("a")
    parts = {"tls.crt": shown.chain, "tls.key": shown.private_key}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "type": "kubernetes.io/tls"}
    file, bootstrap = tmp_path / "gateway.yaml", tmp_path / "envoy.json"
    file.write_text(GATEWAY + json.dumps({**secret, "stringData": parts}))

    with pytest.raises(SystemExit):
        main(["compile", str(file)])
    out, err = capsys.readouterr()
    assert "[redacted]" in out
    assert "PRIVATE KEY" not in out
    assert "keys-redacted" in err
    made = compiled(str(file), "--include-secrets", capsys=capsys)
    bootstrap.write_text(json.dumps(made), encoding="utf-8")
    assert shown.private_key in bootstrap.read_text(encoding="utf-8").replace("\\n", "\n")
    assert complaint(bootstrap) == ""
