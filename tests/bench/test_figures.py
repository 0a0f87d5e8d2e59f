"""What is made of measurements."""

import pytest

from bench import policies
from bench.results import traffic
from bench.timing import exponent
from bench.traffic import Turn, Turns


@pytest.mark.parametrize("power", [0.5, 1, 2])
def test_the_exponent_is_that_of_the_growth(power: float) -> None:
    rows = [{"routes": number, "read": 0.003 * number**power} for number in (100, 1_000, 10_000)]
    assert exponent(rows, "read") == pytest.approx(power)


def test_ratios_are_medians_over_turns() -> None:
    plain = [Turn(rate=100, cost=10), Turn(rate=50, cost=20), Turn(rate=100, cost=10)]
    ours = [Turn(rate=90, cost=11), Turn(rate=45, cost=22), Turn(rate=10, cost=11)]
    turns = Turns(by_gateway={"plain": plain, "ours": ours})
    assert turns.ratio("ours", "plain") == pytest.approx(0.9)
    assert turns.cost_ratio("ours", "plain") == pytest.approx(10 / 11)


def test_an_actual_request_has_the_aim_of_plain_envoy() -> None:
    turns = Turns(by_gateway={name: [Turn(rate=1, cost=1)] for name in ("plain", "filter", "ours")})
    requests = policies.kong().requests
    assert traffic("group", "name", requests["actual, granted"], turns)["base"] == "plain"
    assert traffic("group", "name", requests["preflight, granted"], turns)["base"] == "filter"
