"""All configurations of the cases in one Envoy: compiled as `crossgate compile` does, each on a socket of its own."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from crossgate.dialects.options import ReadOptions
from crossgate.engine.decide import Engine
from crossgate.envoy.resources import static_bootstrap
from crossgate.model.gateway import GatewayConfig
from crossgate.model.resolve import with_endpoints
from crossgate.model.routes import Endpoint, Forward
from tests.conformance.backends import Upstream
from tests.conformance.files import file_of, read_file
from tests.conformance.suites import Case
from tests.support.envoy import running

POLICY_NAMESPACE: Final = "kgateway-system"
"""The namespace whose policies select objects of all namespaces, in every case."""

Key = tuple[str, str, str]
"""What makes two cases share a configuration: dialect, version of its documents or release, text of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateways:
    """The running gateways, by configuration."""

    upstream: Upstream
    sockets: Mapping[Key, Path]


def options_of(dialect: str, version: str) -> ReadOptions:
    """Return how a file is to be read: by a version of its gateway's documents, or as `emulate RELEASE` is.

    `router FLAVOUR` is the default version with that flavour of the gateway's router, `hops N` the default version
    behind that many proxies that are trusted, `preflights effective` the default version with preflights routed as what
    they announce.
    """
    what, _, name = version.partition(" ")
    match what:
        case "emulate":
            return ReadOptions(emulate={dialect: name}, policy_namespace=POLICY_NAMESPACE)
        case "hops":
            return ReadOptions(trusted_hops=int(name))
        case "router":
            return ReadOptions(routers={dialect: name})
        case "preflights":
            return ReadOptions(routes_as_announced=name == "effective")
        case _:
            return ReadOptions(documents={dialect: version}, policy_namespace=POLICY_NAMESPACE)


def key_of(case: Case) -> Key:
    """Return what a case's gateway is found by."""
    return case.suite.dialect, case.version, file_of(case.suite.dialect, case.configuration, case.place)


@cache
def config_of(key: Key) -> GatewayConfig:
    """Return the configuration of a case, which has to be readable."""
    dialect, version, text = key
    config, report = read_file(text, options_of(dialect, version))
    assert config is not None, "\n".join(map(str, report))
    return config


@cache
def engine_of(key: Key) -> Engine:
    """Return the engine of a configuration."""
    return Engine(config_of(key))


@contextmanager
def running_gateways(cases: Iterable[Case]) -> Iterator[Gateways]:
    """Run the configurations of all cases that can be read, before one upstream."""
    with TemporaryDirectory(prefix="conf") as name:  # pytest's own paths are too long for a socket
        keys = dict.fromkeys(key_of(case) for case in cases if case.is_live)
        sockets = {key: Path(name, str(number)) for number, key in enumerate(keys)}
        upstream = Upstream()
        try:
            bootstrap = _bootstrap(sockets, upstream)
            with running(bootstrap, next(reversed(sockets.values()))):
                yield Gateways(upstream=upstream, sockets=sockets)
        finally:
            upstream.close()


def _bootstrap(sockets: Mapping[Key, Path], upstream: Upstream) -> dict[str, Any]:
    """Make one bootstrap of those of all configurations."""
    merged: dict[str, Any] = {}
    listeners: list[Any] = []
    clusters: dict[str, Any] = {}
    for key, path in sockets.items():
        compiled = static_bootstrap(_resolved(config_of(key), upstream), dict.fromkeys(config_of(key).ports, ("", 0)))
        merged = {name: value for name, value in compiled.items() if name != "admin"}
        (listener,) = compiled["static_resources"]["listeners"]
        listeners.append({**listener, "name": path.name, "address": {"pipe": {"path": str(path)}}})
        clusters |= {cluster["name"]: cluster for cluster in compiled["static_resources"]["clusters"]}
    return {**merged, "static_resources": {"listeners": listeners, "clusters": list(clusters.values())}}


def _resolved(config: GatewayConfig, upstream: Upstream) -> GatewayConfig:
    """Move every backend that the configuration knows a place of to the upstream."""
    shares = (
        share for route in config.routes() if isinstance(route.target, Forward) for share in route.target.backends
    )
    names = {share.backend.name for share in shares if share.backend is not None and share.backend.endpoints}
    places = {name: (Endpoint(host="127.0.0.1", port=upstream.port_of(name)),) for name in sorted(names)}
    return with_endpoints(config, places)
