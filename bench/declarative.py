"""A declarative file of real-world size, read and compiled: seconds of a processor, and whether they grow as it does.

    python -m bench.declarative            # 250 to 2,000 services of five routes each, every twentieth with a policy

Each size is measured three times, and the best counts. `flat` has every entity at the top level, with references.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from crossgate import collection
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.envoy.resources import static_bootstrap
from crossgate.model.gateway import GatewayConfig
from crossgate.source import Source

ROUTES: Final = 5
"""The routes of a service."""
EVERY: Final = 20
"""One route in so many has a policy of its own."""
SIZES: Final = (250, 500, 1_000, 2_000)

Json = dict[str, Any]

_SERVICE: Final = """\
- name: service-%(at)05d
  url: http://service-%(at)05d.internal:8080/v1
  connect_timeout: 5000
  tags: [team-%(team)d]
"""
_ROUTE: Final = """\
- name: service-%(at)05d-route-%(number)d
  hosts: [api-%(team)03d.example.com]
  paths: [/service-%(at)05d/resource-%(number)d]
  methods: [GET, POST, PUT, OPTIONS]
"""
_PLUGIN: Final = """\
- name: cors
  config:
    origins: ["https://app-%(at)d.example.com", 'https://[a-z]+\\.partners\\.example']
    methods: [GET, POST]
    headers: [Content-Type, Authorization]
    credentials: true
    max_age: 3600
"""


def nested(services: int) -> str:
    """Return a file in which routes stand under their services, and plugins under their routes."""
    return '_format_version: "3.0"\nservices:\n' + "".join(_nested(services))


def _nested(services: int) -> Iterator[str]:
    for at, number in _places(services):
        named = {"at": at, "number": number, "team": at % 200}
        if not number:
            yield _indented(_SERVICE % named, 2) + "    routes:\n"
        yield _indented(_ROUTE % named, 6)
        if _has_policy(at, number):
            yield "        plugins:\n" + _indented(_PLUGIN % named, 10)


def flat(services: int) -> str:
    """Return a file in which everything stands at the top level and refers to what it belongs to by name."""
    parts: Mapping[str, list[str]] = {"services": [], "routes": [], "plugins": []}
    for at, number in _places(services):
        named = {"at": at, "number": number, "team": at % 200}
        if not number:
            parts["services"].append(_SERVICE % named)
        parts["routes"].append(_ROUTE % named + f"  service: service-{at:05d}\n")
        if _has_policy(at, number):
            parts["plugins"].append(_PLUGIN % named + f"  route: service-{at:05d}-route-{number}\n")
    return '_format_version: "3.0"\n' + "".join(f"{kind}:\n{''.join(items)}" for kind, items in parts.items())


def mixed(services: int) -> str:
    """Return a JSON file in which each service has a host of its own, and one route in ten is for any host."""
    routes = [
        {
            "name": f"r{at}-{number}",
            "service": f"s{at}",
            "paths": [f"/s{at}/r{number}"],
            **({} if (at * ROUTES + number) % 10 == 0 else {"hosts": [f"h{at}.example.com"]}),
        }
        for at, number in _places(services)
    ]
    named = [{"name": f"s{at}", "url": f"http://s{at}.internal"} for at in range(services)]
    file: Json = {"_format_version": "3.0", "services": named, "routes": routes, "plugins": [{"name": "cors"}]}
    return json.dumps(file, indent=1)


SHAPES: Final[Mapping[str, Callable[[int], str]]] = {"nested": nested, "flat": flat, "mixed": mixed}


def _places(services: int) -> Iterator[tuple[int, int]]:
    return ((at, number) for at in range(services) for number in range(ROUTES))


def _has_policy(at: int, number: int) -> bool:
    return (at * ROUTES + number) % EVERY == 0


def _indented(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}\n" for line in text.splitlines())


def configured(text: str) -> GatewayConfig:
    """Read a file, which has to be right."""
    report = Diagnostics()
    config = read([Source(name="kong.yaml", text=text)], ReadOptions(), report)
    assert config is not None, "\n".join(map(str, report))
    return config


def measure(text: str, times: int = 3) -> tuple[float, float]:
    """Return the least seconds of the processor that reading and compiling took."""
    taken = []
    for _ in range(times):
        with collection.paused():
            began = time.process_time()
            config = configured(text)
            was_read = time.process_time()
            static_bootstrap(config, dict.fromkeys(config.ports, ("", 0)))
            taken.append((was_read - began, time.process_time() - was_read))
    return min(seconds for seconds, _ in taken), min(seconds for _, seconds in taken)


def main() -> None:
    """Print a line for each shape and size; the last column is the seconds per service against the smallest size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--services", type=int, nargs="*", default=SIZES)
    parser.add_argument("--shapes", nargs="*", choices=SHAPES, default=list(SHAPES))
    given = parser.parse_args()
    print("shape   services  routes  policies     MB    read compile  growth")
    for shape in given.shapes:
        first = 0.0
        for services in given.services:
            text = SHAPES[shape](services)
            seconds = measure(text)
            each = sum(seconds) / services
            first = first or each
            routes = services * ROUTES
            print(
                f"{shape:<8}{services:>8}{routes:>8}{routes // EVERY:>10}{len(text) / 1e6:>7.1f}",
                f"{seconds[0]:>7.2f}{seconds[1]:>8.2f}{each / first:>8.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
