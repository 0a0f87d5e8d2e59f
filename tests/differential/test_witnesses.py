"""Every witness of a comparison is what live gateways do: the same fetch, played against Envoy with either side."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crossgate.browser.exchanges import Sent
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import play
from crossgate.comparison.compare import compare
from crossgate.comparison.kinds import Side
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.files import TESTS
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.engine.decide import Engine
from crossgate.engine.request import split_url
from crossgate.model.gateway import GatewayConfig
from crossgate.model.resolve import backend_names, with_endpoints
from crossgate.model.routes import Endpoint
from crossgate.records import replace
from crossgate.source import Source
from tests.support.backend import asked
from tests.support.data_plane import DataPlane
from tests.support.exchange import Answer, send

EXAMPLES = Path(__file__).parents[2] / "examples"
PORTS = iter(range(20_000, 30_000))

CHANGES: dict[str, tuple[str, dict[str, str], ReadOptions]] = {
    "kong-origin": ("kong/kong.yaml", {"http://example.net": "https://partner.example"}, ReadOptions()),
    "kong-credentials": ("kong/kong.yaml", {"credentials: true": "credentials: false"}, ReadOptions()),
    "higress-wildcard": ("higress/httpbin.yaml", {"http://*.example.com:[*]": "http://*.example.com"}, ReadOptions()),
    "higress-documents": ("higress/httpbin.yaml", {}, ReadOptions(documents={"higress": "2.0"})),
    "kgateway-documents": (
        "kgateway/httproute/httproute.yaml",
        {"https://example.com/": "https://example.com"},
        ReadOptions(documents={"kgateway": "2.3"}),
    ),
}


def configuration(name: str, changes: dict[str, str], options: ReadOptions, backend: Endpoint) -> GatewayConfig:
    """Read an example with some texts changed, on a port of its own, in front of the backend."""
    files = [path for path in sorted((EXAMPLES / name).parent.glob("*.yaml")) if not path.name.endswith(TESTS)]
    texts = [path.read_text(encoding="utf-8") for path in files]
    for old, new in changes.items():
        assert any(old in text for text in texts)
        texts = [text.replace(old, new) for text in texts]
    sources = [
        Source(name=path.name, text=text, index=n) for n, (path, text) in enumerate(zip(files, texts, strict=True))
    ]
    report = Diagnostics()
    config = read(sources, options, report)
    assert config is not None, "\n".join(map(str, report))
    (listener,) = config.listeners
    moved = replace(config, listeners=(replace(listener, port=next(PORTS)),))
    return with_endpoints(moved, dict.fromkeys(backend_names(moved), (backend,)))


def live(socket: Path) -> Callable[[Sent], Answer]:
    """Return who answers a browser's requests: the gateway at a socket."""

    def ask(sent: Sent) -> Answer:
        _, authority, target = split_url(sent.url)
        return send(socket, sent.method, target, [("Host", authority), *sent.headers, asked(200, (), "")])

    return ask


def is_confirmed(fetch: PlannedFetch, side: Side, socket: Path) -> bool:
    return play(fetch, live(socket)).is_allowed is side.is_allowed


@pytest.mark.parametrize("name", CHANGES)
def test_a_witness_is_confirmed_live(plane: DataPlane, backend: Endpoint, name: str) -> None:
    path, changes, options = CHANGES[name]
    old = configuration(path, {}, ReadOptions(), backend)
    new = configuration(path, changes, options, backend)
    differences = compare(Engine(old), Engine(new)).differences
    assert differences
    for config, sides in ((old, [item.old for item in differences]), (new, [item.new for item in differences])):
        (socket,) = plane.serve(config).values()
        for item, side in zip(differences, sides, strict=True):
            assert is_confirmed(item.witness, side, socket), item
