"""What the page of the demonstration is told: the fetches to make, where, and what Crossgate expects of each."""

from typing import Any
from urllib.parse import urlsplit

from crossgate.demo.expectations import expected
from crossgate.demo.experiments import EXPERIMENTS, Experiment
from crossgate.demo.gateways import GATEWAYS, Gateway
from crossgate.demo.stage import Stage
from crossgate.engine.decide import Engine


def page_url(url: str) -> str:
    """Return the URL under which the page reaches a gateway: by the host for which its files have policies."""
    port = urlsplit(url).port
    return "http://localhost" if port is None else f"http://localhost:{port}"


def plan(stage: Stage, origin: str, other: str, *, is_listed: bool) -> dict[str, Any] | None:
    """Return the plan for a page of an origin, which can be had under another as well; None while nothing is ready.

    `is_listed`: the policies list this origin and not the other one.
    """
    engine = stage.engine
    if engine is None or not stage.is_complete:
        return None
    return {
        "origin": origin,
        "other": other,
        "is_listed": is_listed,
        "gateways": [
            {
                "name": gateway.name,
                "listener": gateway.listener,
                "url": _base(stage, gateway),
                "file": gateway.page_file,
            }
            for gateway in GATEWAYS
        ],
        "experiments": [
            {
                "id": experiment.id,
                "title": experiment.title,
                "about": experiment.about,
                "trials": [_trial(engine, experiment, gateway, _base(stage, gateway), origin) for gateway in GATEWAYS],
            }
            for experiment in EXPERIMENTS
        ],
    }


def _base(stage: Stage, gateway: Gateway) -> str:
    return page_url(stage.urls[gateway.listener])


def _trial(engine: Engine, experiment: Experiment, gateway: Gateway, base: str, origin: str) -> dict[str, Any]:
    url = f"{base}{experiment.target}"
    return {
        "id": f"{gateway.name.lower()}-{experiment.id}",
        "gateway": gateway.name,
        "url": url,
        "method": experiment.method,
        "headers": [list(header) for header in experiment.headers],
        "body": experiment.body,
        "credentials": experiment.credentials,
        "looks_for": experiment.looks_for,
        "expected": expected(engine, experiment, url=url, origin=origin, listener=gateway.listener),
    }
