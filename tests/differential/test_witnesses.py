"""Every witness of a comparison is what live gateways do: the same fetch, played against Envoy with either side."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given

from crossgate.browser.exchanges import Sent
from crossgate.browser.gateway import answering
from crossgate.browser.play import play
from crossgate.browser.private_network import is_let_in, private_preflight
from crossgate.comparison.cells import granting
from crossgate.comparison.compare import Difference, compare
from crossgate.comparison.kinds import PRIVATE, Kind
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.files import TESTS
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.engine.decide import Engine
from crossgate.engine.request import split_url
from crossgate.engine.respond import Response
from crossgate.model.gateway import GatewayConfig
from crossgate.model.resolve import backend_names, with_endpoints
from crossgate.model.routes import Endpoint
from crossgate.records import replace
from crossgate.source import Source
from tests.differential.effort import effort
from tests.support.backend import asked
from tests.support.config_edits import DIALECTS, edited, usable
from tests.support.data_plane import DataPlane
from tests.support.exchange import Answer, send

EXAMPLES = Path(__file__).parents[2] / "examples"
PORTS = iter(range(20_000, 30_000))

CHANGES: dict[str, tuple[str, dict[str, str], ReadOptions]] = {
    "kong-origin": ("kong/kong.yaml", {"http://example.net": "https://partner.example"}, ReadOptions()),
    "kong-everybody-and-one-more": (
        "kong/kong.yaml",
        {"\n            - http://example.net\n": "\n            - https://partner.example\n            - .*\n"},
        ReadOptions(),
    ),
    "kong-private-network": ("kong/kong.yaml", {"max_age: 3600": "private_network: true"}, ReadOptions()),
    "kong-no-policy": (
        "kong/kong.yaml",
        {"instance_name: cors-on-service\n": "instance_name: cors-on-service\n        enabled: false\n"},
        ReadOptions(),
    ),
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


def read_edited(text: str, backend: Endpoint) -> GatewayConfig | None:
    """Read an edited example, on a port of its own, in front of the backend; None where it is not usable."""
    config = usable(text)
    if config is None or len(config.listeners) != 1:
        return None
    moved = replace(config, listeners=(replace(config.listeners[0], port=next(PORTS)),))
    return with_endpoints(moved, dict.fromkeys(backend_names(moved), (backend,)))


def live(socket: Path, upstream: Response) -> Callable[[Sent], Answer]:
    """Return who answers a browser's requests: the gateway at a socket, before an upstream that answers so."""

    def ask(sent: Sent) -> Answer:
        _, authority, target = split_url(sent.url)
        lines = [("Host", authority), *sent.headers, asked(200, upstream.headers, "")]
        return send(socket, sent.method, target, lines)

    return ask


SEEN = ("x-seen", "1")


def upstream_of(item: Difference) -> Response:
    """Return what the upstream has to answer for a difference to show."""
    if item.kind in {Kind.NEWLY_UPSTREAM, Kind.NO_LONGER_UPSTREAM}:
        return granting(item.witness)
    return Response(headers=(SEEN, *((name, "1") for name in item.names)))


def fact(item: Difference, ask: Callable[[Sent], Any]) -> object:
    """Return what a difference is about, as whoever answers makes it."""
    if item.kind in PRIVATE:
        return is_let_in(item.witness, ask(private_preflight(item.witness)))
    verdict = play(item.witness, ask)
    match item.kind:
        case Kind.NEWLY_READABLE | Kind.NO_LONGER_READABLE:
            return set(item.names) & set(verdict.readable)
        case Kind.NEWLY_FORWARDED | Kind.NO_LONGER_FORWARDED:
            return {exchange.kind for exchange in verdict.exchanges if SEEN in exchange.answer.headers}
        case Kind.STATUS:
            return verdict.status
        case Kind.REMEMBERED:
            return verdict.remembered
        case _:
            return verdict.is_allowed


def of_every_entry(item: Difference) -> Iterator[Difference]:
    """Yield a difference, and the same with each other origin that it names."""
    for origin in dict.fromkeys((item.origin, *(named.origin for named in item.named))):
        yield replace(item, origin=origin, witness=replace(item.witness, origin=origin))


def check_witnesses(plane: DataPlane, old: GatewayConfig, new: GatewayConfig) -> int:
    """Check that both gateways, live, show every difference, each as its engine does; return how many there are."""
    differences = [each for item in compare(Engine(old), Engine(new)).differences for each in of_every_entry(item)]
    shown = []
    for config in (old, new):
        (socket,) = plane.serve(config).values()
        engine = Engine(config)
        facts = []
        for item in differences:
            upstream = upstream_of(item)
            facts.append(fact(item, live(socket, upstream)))
            assert facts[-1] == fact(item, answering(engine, upstream=upstream)), item
        shown.append(facts)
    assert all(before != after for before, after in zip(*shown, strict=True))
    return len(differences)


@pytest.mark.parametrize("name", CHANGES)
def test_a_witness_is_confirmed_live(plane: DataPlane, backend: Endpoint, name: str) -> None:
    path, changes, options = CHANGES[name]
    old = configuration(path, {}, ReadOptions(), backend)
    new = configuration(path, changes, options, backend)
    assert check_witnesses(plane, old, new)


@pytest.mark.parametrize("folder", DIALECTS)
def test_witnesses_of_random_edits_are_confirmed_live(plane: DataPlane, backend: Endpoint, folder: str) -> None:
    @effort(4)
    @given(old=edited(folder), new=edited(folder, 1))
    def check(old: str, new: str) -> None:
        configs = [read_edited(text, backend) for text in (old, new)]
        assume(None not in configs)
        before, after = (config for config in configs if config is not None)
        found.append(check_witnesses(plane, before, after))

    found: list[int] = []
    check()
    assert any(found)
