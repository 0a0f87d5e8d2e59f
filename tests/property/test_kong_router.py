"""The order of Kong's routes against a plain implementation of the documented rules, in the engine and a real Envoy."""

import json
import random
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.engine.decide import Engine
from crossgate.engine.request import Request, admit
from crossgate.envoy.resources import static_bootstrap
from crossgate.envoy.routes import METADATA
from crossgate.model.gateway import GatewayConfig
from crossgate.source import Source
from tests.property.plain_router import Asked, Route, compatible, traditional
from tests.support.envoy import running
from tests.support.exchange import send

PLAIN: Mapping[str, Callable[[list[Route], Asked], str | None]] = {
    "traditional_compatible": compatible,
    "traditional": traditional,
}
HOSTS = ("a.test", "b.a.test", "*.a.test", "a.*", "a.test:8000", "a.test:80", "a.test:9", "*.a.test:9", "a.*:80")
PATHS = ("/", "/a", "/a/b", "/a/c", "/ab", "/a/b/", "~/a", "~/a/b$", "~/a/\\d+", "~/(?<name>[ab])/", "~/A|/b")
VALUES = ("1", "2", "ONE", "~*^1|^o", "~*n")
AUTHORITIES = ("a.test", "a.test:80", "a.test:8000", "a.test:9", "b.a.test", "b.a.test:9", "a.org", "a.org:80", "c")
ASKED = ("/", "/a", "/a/b", "/a/b/", "/a/b/c", "/a/1", "/ab", "/b", "/b/1", "/A")

LIVE = 25
"""How many configurations a real Envoy is asked about, and how often each."""
DECIDED = "x-decided"

some = st.sampled_from
values = st.lists(some(VALUES), min_size=1, max_size=2, unique=True)
headers: st.SearchStrategy[dict[str, list[str]]] = st.builds(
    dict, st.lists(st.tuples(some(["x-a", "x-b"]), values), min_size=1, max_size=2)
)
criteria = st.fixed_dictionaries(
    {},
    optional={
        "hosts": st.lists(some(HOSTS), min_size=1, max_size=3, unique=True),
        "paths": st.lists(some(PATHS), min_size=1, max_size=3, unique=True),
        "methods": st.lists(some(["GET", "OPTIONS", "POST"]), min_size=1, max_size=2, unique=True),
        "headers": headers,
    },
).filter(bool)
others = st.fixed_dictionaries({}, optional={"regex_priority": st.integers(0, 2), "created_at": st.integers(1, 2)})
requests = st.builds(
    Asked,
    method=some(["GET", "OPTIONS"]),
    authority=some(AUTHORITIES),
    path=some(ASKED),
    headers=st.builds(dict, st.lists(st.tuples(some(["x-a", "x-b"]), some(["1", "2", "one", "none"])), max_size=2)),
)


def named(drawn: list[dict[str, Any]], ids: list[int]) -> list[Route]:
    return [
        {"name": f"r{place}", "id": f"00000000-0000-4000-8000-{number:012x}", **route}
        for place, (route, number) in enumerate(zip(drawn, ids, strict=True))
    ]


def config_of(routes: list[Route], flavour: str) -> GatewayConfig:
    file = {"_format_version": "3.0", "routes": routes}
    report = Diagnostics()
    source = Source(name="kong.json", text=json.dumps(file))
    config = read([source], ReadOptions(routers={"kong": flavour}), report)
    assert config is not None, "\n".join(map(str, report))
    return config


def taken(engine: Engine, asked: Asked) -> str | None:
    request = admit(asked.method, f"http://{asked.authority}{asked.path}", list(asked.headers.items()))
    assert isinstance(request, Request)
    (port,) = engine.config.ports
    route = engine.decide(request, port=port).routed.route
    return None if route is None else route.name.removeprefix("Route/")


@pytest.mark.parametrize("flavour", PLAIN)
@given(
    drawn=st.lists(st.tuples(criteria, others).map(lambda parts: parts[0] | parts[1]), min_size=1, max_size=6),
    seed=st.randoms(use_true_random=False),
    asked=st.lists(requests, min_size=1, max_size=8),
)
def test_the_engine_takes_the_route_that_the_documents_say(
    flavour: str, drawn: list[dict[str, Any]], seed: random.Random, asked: list[Asked]
) -> None:
    routes = named(drawn, seed.sample(range(100), len(drawn)))
    engine = Engine(config_of(routes, flavour))
    for request in asked:
        assert taken(engine, request) == PLAIN[flavour](routes, request)


@pytest.mark.parametrize("flavour", PLAIN)
def test_envoy_takes_the_same(flavour: str) -> None:
    chance = random.Random(7)  # noqa: S311 - the same configurations every time
    files = [drawn_at(chance) for _ in range(LIVE)]
    with tempfile.TemporaryDirectory(prefix="kr") as name:  # pytest's own paths are too long for a socket
        sockets = [Path(name, str(number)) for number in range(len(files))]
        with running(bootstrap([config_of(routes, flavour) for routes in files], sockets), sockets[-1]):
            for routes, path in zip(files, sockets, strict=True):
                for asked in (request_at(chance) for _ in range(LIVE)):
                    lines = [("host", asked.authority), *asked.headers.items()]
                    found = send(path, asked.method, asked.path, lines).values(DECIDED)
                    assert found == [f"Route/{PLAIN[flavour](routes, asked)}"] or (
                        found == [] and PLAIN[flavour](routes, asked) is None
                    ), (routes, asked)


def drawn_at(chance: random.Random) -> list[Route]:
    """Draw routes without a service, so that each answers by itself."""
    count = chance.randint(2, 6)
    choices: list[dict[str, Any]] = []
    for _ in range(count):
        route: dict[str, Any] = {
            "hosts": chance.sample(HOSTS, chance.randint(1, 3)),
            "paths": chance.sample(PATHS, chance.randint(1, 3)),
            "methods": chance.sample(["GET", "OPTIONS", "POST"], chance.randint(1, 2)),
            "headers": {"x-a": chance.sample(VALUES, chance.randint(1, 2))},
        }
        kept = chance.sample(sorted(route), chance.randint(1, 3))
        choices.append({key: route[key] for key in kept} | {"regex_priority": chance.randint(0, 2)})
    return named(choices, chance.sample(range(100), count))


def request_at(chance: random.Random) -> Asked:
    return Asked(
        method=chance.choice(["GET", "OPTIONS"]),
        authority=chance.choice(AUTHORITIES),
        path=chance.choice(ASKED),
        headers=chance.choice([{}, {"x-a": "1"}, {"x-a": "one"}]),
    )


def bootstrap(configs: list[GatewayConfig], sockets: list[Path]) -> dict[str, Any]:
    """Make one bootstrap of those of all configurations, in which each answer says its route."""
    made: dict[str, Any] = {}
    listeners = []
    for config, path in zip(configs, sockets, strict=True):
        made = static_bootstrap(config, dict.fromkeys(config.ports, ("", 0)))
        (listener,) = made["static_resources"]["listeners"]
        manager = listener["filter_chains"][0]["filters"][0]["typed_config"]
        said = {"header": {"key": DECIDED, "value": f"%METADATA(ROUTE:{METADATA}:route)%"}}
        manager["route_config"]["response_headers_to_add"] = [said]
        listeners.append({**listener, "name": path.name, "address": {"pipe": {"path": str(path)}}})
    return {**made, "static_resources": {"listeners": listeners, "clusters": []}}
