"""Live gateways with generated policies, and what the model expects of a fetch through them."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import urlsplit

from crossgate.browser.exchanges import Sent, Verdict
from crossgate.browser.gateway import Answered
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import play
from crossgate.browser.preflight_cache import PreflightCache
from crossgate.browser.profiles import Profile
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.engine.decide import Engine
from crossgate.engine.request import BadRequest, admit
from crossgate.engine.respond import Response, respond
from crossgate.source import Source
from tests.browser import policies
from tests.browser.fetches import VISIBLE
from tests.browser.site import COMPARED, Arrived, Site, asked_of, serving_pages
from tests.serve.harness import eventually
from tests.zero_loss.gateway import Gateway

LISTENERS: Final = {"kong": "kong", "higress": "higress", "kgateway": "n/g/http"}
POLICIES: Final = 40
"""How many each gateway has."""

Seen = dict[str, list[tuple[str, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Gateways, each with its port and engine, and the server of pages and answers behind them."""

    gateway: Gateway
    ports: dict[str, str]
    engines: dict[str, Engine]
    site: Site

    def answer(self, sent: Sent) -> Answered:
        """Answer as the gateway that the URL names, in front of the upstream."""
        name = (urlsplit(sent.url).hostname or "").split(".")[-2]
        request = admit(sent.method, sent.url, sent.headers)
        if isinstance(request, BadRequest):
            refused = Response(status=request.status, headers=request.headers)
            return Answered(response=refused, decision=None, refusal=request.reason)
        engine = self.engines[name]
        decision = engine.decide(request, port=0, listener=LISTENERS[name])
        upstream = asked_of(sent.url).answer(sent.method)
        upstream = Response(status=upstream.status, headers=tuple((n.lower(), v) for n, v in upstream.headers))
        return Answered(response=respond(engine.conditions, decision, upstream), decision=decision)

    def expected(self, fetch: PlannedFetch, profile: Profile, cache: PreflightCache | None = None) -> Verdict[Answered]:
        """Return what the model expects."""
        return play(fetch, self.answer, profile, cache)

    def wait_for(self, wanted: Seen) -> Seen:
        """Wait until the gateways have logged as many requests; return method and status by path, of the same paths."""
        seen: Seen = {path: [] for path in wanted}
        log, read = self.gateway.err.kept_aside, 0

        def is_all_there() -> bool:
            nonlocal read
            lines = log[read:]
            read += len(lines)
            for line in map(json.loads, lines):
                found = seen.get(urlsplit(line["path"] or "").path)
                if found is not None:
                    found.append((line["method"], line["status"]))
            return sum(map(len, seen.values())) >= sum(map(len, wanted.values()))

        with suppress(AssertionError):  # what is missing says more
            eventually(is_all_there)
        return seen


@contextmanager
def running_stage(random: Random, folder: Path) -> Iterator[Stage]:
    """Run everything."""
    with serving_pages() as site:
        texts = policies.files(random, POLICIES, site.port)
        for name, text in texts.items():
            (folder / f"{name}.json").write_text(text)
        gateway = Gateway(
            *(str(folder / f"{name}.json") for name in texts),
            *(f"--listen={listener}=127.0.0.1:0" for listener in LISTENERS.values()),
            *(f"--resolve={backend}=127.0.0.1:{site.port}" for backend in ("up.test:80", "up.n:80")),
        )
        try:
            addresses = gateway.ready(len(LISTENERS))
            yield Stage(
                gateway=gateway,
                ports={name: str(addresses[listener][1]) for name, listener in LISTENERS.items()},
                engines={name: Engine(_read(name, text)) for name, text in texts.items()},
                site=site,
            )
        finally:
            gateway.clean_up()


def _read(name: str, text: str) -> Any:
    config = read([Source(name=name, text=text)], ReadOptions(), Diagnostics())
    assert config is not None
    return config


def told(verdict: Verdict[Answered]) -> dict[str, Any]:
    """Return what a page would say of a verdict."""
    readable = sorted(set(verdict.readable) & set(VISIBLE))
    return {"type": verdict.type.value, "status": verdict.status, "headers": readable}


def heard(found: dict[str, Any]) -> dict[str, Any]:
    """Return what a page said, in the same form."""
    return {"type": found["type"], "status": found["status"], "headers": sorted(set(found["headers"]) & set(VISIBLE))}


def forwarded(verdicts: Sequence[Verdict[Answered]]) -> dict[str, list[Arrived]]:
    """Return the requests that the model expects at the upstream, by path; of a path with none, none."""
    found: dict[str, list[Arrived]] = {}
    for verdict in verdicts:
        for exchange in verdict.exchanges:
            arrived = found.setdefault(urlsplit(exchange.url).path, [])
            if exchange.answer.is_forwarded:
                headers = {name.lower(): value for name, value in exchange.headers if name.lower() in COMPARED}
                arrived.append(Arrived(method=exchange.method, headers=headers))
    return found


def sent(verdicts: Sequence[Verdict[Answered]]) -> Seen:
    """Return the requests that the model expects: method and status by path.

    Those that are no requests to a gateway are left out: it logs no path of them.
    """
    seen: Seen = {}
    for verdict in verdicts:
        for exchange in (item for item in verdict.exchanges if item.answer.decision is not None):
            seen.setdefault(urlsplit(exchange.url).path, []).append((exchange.method, exchange.answer.status))
    return seen
