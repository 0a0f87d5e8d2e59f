"""CORS annotations, emulated: the engine answers as Envoy's own CORS filter with what the gateway makes of them.

The filter is the gateway's own mechanism, so it is the oracle here; nothing of ours is in its configuration.
"""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.higress.cors import DEFAULT_HEADERS
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.engine.decide import Engine
from crossgate.engine.request import Request, receive
from crossgate.engine.respond import Response, respond
from crossgate.envoy.resources import static_bootstrap
from crossgate.model.resolve import backend_names, with_endpoints
from crossgate.model.routes import Endpoint
from crossgate.source import Source
from tests.support.backend import asked
from tests.support.envoy import running
from tests.support.exchange import as_predicted
from tests.support.wire import Connection

Json = dict[str, Any]

_FILTER: Final = "envoy.filters.http.cors"
_TYPE: Final = "type.googleapis.com/envoy.extensions.filters.http.cors.v3"
_METHODS: Final = "GET,PUT,POST,DELETE,PATCH,OPTIONS"
_HEADERS: Final = ",".join(DEFAULT_HEADERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Annotations without `enable-cors`, and the policy of Envoy's that the gateway's code made of them."""

    annotations: dict[str, str]
    origins: tuple[tuple[str, str], ...] = (("regex", ".*"),)
    methods: str = _METHODS
    headers: str = _HEADERS
    exposed: str = ""
    credentials: bool = True
    max_age: str = "1728000"

    def policy(self) -> Json:
        """Return the policy."""
        return {
            "@type": f"{_TYPE}.CorsPolicy",
            "allow_origin_string_match": [
                {"exact": text} if kind == "exact" else {"safe_regex": {"regex": text}} for kind, text in self.origins
            ],
            "allow_methods": self.methods,
            "allow_headers": self.headers,
            "expose_headers": self.exposed,
            "allow_credentials": self.credentials,
            "max_age": self.max_age,
        }


DECLARED: Final = (
    Declared(annotations={}),
    Declared(
        annotations={"cors-allow-origin": "http://a.test, https://b.test:8443", "cors-allow-credentials": "false"},
        origins=(("exact", "http://a.test"), ("exact", "https://b.test:8443")),
        credentials=False,
    ),
    Declared(
        annotations={"cors-allow-origin": "https://*.b.test:8443,http://*.a.test", "cors-max-age": "-1"},
        origins=(("regex", r".*\.b\.test:8443"), ("regex", r".*\.a\.test")),
        max_age="-1",
    ),
    Declared(
        annotations={"cors-allow-methods": "GET, *", "cors-allow-headers": "*", "cors-expose-headers": "*"},
        methods="*",
        headers="*",
        exposed="*",
    ),
    Declared(
        annotations={"cors-allow-methods": "GET,", "cors-allow-headers": "X-A, x-b", "cors-expose-headers": "A, B"},
        methods="GET,",
        headers="X-A,x-b",
        exposed="A,B",
    ),
    Declared(annotations={"cors-allow-origin": "*.a.test"}, origins=()),
    Declared(annotations={"cors-allow-origin": "http://*.a*.test"}, origins=(("regex", r".*\.a*\.test"),)),
)
ORIGINS: Final = (
    None,
    "",
    "null",
    "http://a.test",
    "HTTP://A.TEST",
    "http://a.test/",
    "http://x.a.test",
    "https://x.a.test",
    "http://evil.test/.a.test",
    "http://x.a.test:80",
    "https://b.test:8443",
    "http://b.test:8443",
    "https://x.b.test:8443",
    "https://x.aaa.test",
    "http://a.test, http://a.test",
)
KINDS: Final = (
    ("GET", ()),
    ("OPTIONS", ()),
    ("OPTIONS", (("access-control-request-method", ""),)),
    ("OPTIONS", (("access-control-request-method", "PUT"),)),
    ("OPTIONS", (("access-control-request-method", "put"), ("access-control-request-headers", "x-z, X-A"))),
    ("POST", (("access-control-request-method", "PUT"),)),
)
UPSTREAM: Final = (
    ("access-control-allow-origin", "*"),
    ("access-control-allow-headers", "x-u"),
    ("access-control-expose-headers", "x-u"),
    ("vary", "Accept"),
)


def manifests() -> Json:
    ingresses = [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {
                "name": f"i{number}",
                "annotations": {
                    f"higress.io/{name}": text for name, text in {"enable-cors": "true", **declared.annotations}.items()
                },
            },
            "spec": {
                "ingressClassName": "higress",
                "rules": [{"host": f"c{number}.test", "http": {"paths": [{"backend": _SERVICE}]}}],
            },
        }
        for number, declared in enumerate(DECLARED)
    ]
    return {"apiVersion": "v1", "kind": "List", "items": ingresses}


_SERVICE: Final = {"service": {"name": "upstream", "port": {"number": 80}}}


@pytest.fixture(scope="module")
def engine(backend: Endpoint) -> Engine:
    sources = [Source(name="input.json", text=json.dumps(manifests()))]
    config = read(sources, ReadOptions(emulate={"higress": "1.0.0"}), Diagnostics())
    assert config is not None
    return Engine(with_endpoints(config, dict.fromkeys(backend_names(config), (backend,))))


@pytest.fixture(scope="module")
def oracle(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    path = tmp_path_factory.mktemp("o") / "s"
    made = static_bootstrap(engine.config, {80: ("", 0)})
    (listener,) = made["static_resources"]["listeners"]
    manager = listener["filter_chains"][0]["filters"][0]["typed_config"]
    (cluster,) = made["static_resources"]["clusters"]
    manager["http_filters"].insert(0, {"name": _FILTER, "typed_config": {"@type": f"{_TYPE}.Cors"}})
    manager["route_config"] = {"name": "oracle", "virtual_hosts": [*_virtual_hosts(cluster["name"])]}
    listener["address"] = {"pipe": {"path": str(path)}}
    alone = {**made, "static_resources": {**made["static_resources"], "listeners": [listener]}}
    with running(alone, path), Connection(path) as connection:
        yield connection


def _virtual_hosts(cluster: str) -> Iterator[Json]:
    for number, declared in enumerate(DECLARED):
        yield {
            "name": f"c{number}",
            "domains": [f"c{number}.test"],
            "routes": [
                {
                    "match": {"prefix": "/"},
                    "route": {"cluster": cluster},
                    "typed_per_filter_config": {_FILTER: declared.policy()},
                }
            ],
        }


@pytest.mark.parametrize("number", range(len(DECLARED)))
def test_the_filter_answers_so(engine: Engine, oracle: Connection, number: int) -> None:
    for origin, (method, more) in itertools.product(ORIGINS, KINDS):
        sent = (("origin", origin),) if origin is not None else ()
        lines = [("host", f"c{number}.test"), *sent, *more, asked(200, UPSTREAM, "")]
        request = receive(method, "/", lines, scheme="http")
        assert isinstance(request, Request)
        decision = engine.decide(request, port=80)
        said = respond(engine.conditions, decision, Response(headers=UPSTREAM))
        answer = oracle.exchange(method, "/", lines)

        assert as_predicted(answer, is_forwarded=decision.answer is None) == said, (method, lines)
