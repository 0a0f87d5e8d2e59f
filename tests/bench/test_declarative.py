"""The files of `bench/declarative.py` are what their figures are about, and mean the same however they are written."""

import pytest

from bench.declarative import EVERY, ROUTES, SHAPES, configured
from crossgate.model.gateway import GatewayConfig

SERVICES = 40


def routes_of(config: GatewayConfig) -> set[tuple[str, bool]]:
    return {(route.name, route.table is not None) for route in config.routes()}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_file_has_the_routes_and_the_policies(shape: str) -> None:
    found = routes_of(configured(SHAPES[shape](SERVICES)))
    assert len(found) == SERVICES * ROUTES
    policies = sum(has_table for _, has_table in found)
    assert policies == (len(found) if shape == "mixed" else len(found) // EVERY)


def test_nested_and_flat_are_one_configuration() -> None:
    assert routes_of(configured(SHAPES["nested"](SERVICES))) == routes_of(configured(SHAPES["flat"](SERVICES)))
