"""The gateways that are compared differ in their policy and in nothing else."""

import json
from typing import Any

import pytest

from bench import policies
from bench.policies import Measured
from bench.variants import FILTER, OURS, PLAIN, compiled, three

POLICY = {"route_config", "http_filters", "early_header_mutation_extensions"}

MEASURED = {"higress": policies.higress(), "kgateway": policies.kgateway(), "kong": policies.kong()}


def listeners(measured: Measured) -> dict[str, Any]:
    made = compiled(measured.read(), 1)
    return {listener["name"]: listener for listener in three(made, measured)}


def manager(listener: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = listener["filter_chains"][0]["filters"][0]["typed_config"]
    return found


@pytest.mark.parametrize("name", MEASURED)
def test_the_settings_of_all_three_are_the_same(name: str) -> None:
    found = listeners(MEASURED[name])
    settings = [
        {key: value for key, value in manager(listener).items() if key not in POLICY} for listener in found.values()
    ]
    assert set(found) == {PLAIN, FILTER, OURS}
    assert settings[0] == settings[1] == settings[2]
    assert "access_log" not in settings[0]


@pytest.mark.parametrize("name", MEASURED)
def test_only_the_filter_has_a_filter_and_only_ours_a_table(name: str) -> None:
    found = {key: json.dumps(manager(listener)) for key, listener in listeners(MEASURED[name]).items()}
    assert [key for key, text in found.items() if "envoy.filters.http.cors" in text] == [FILTER]
    assert [key for key, text in found.items() if "actual-allowed" in text] == [OURS]
    assert all('"cluster"' in text for text in found.values())
