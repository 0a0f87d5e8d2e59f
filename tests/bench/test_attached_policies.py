"""What is measured of attached policies is what it says: every route has a policy of its own."""

from bench.attached_policies import documents, read_and_compile
from bench.policies import configuration


def test_every_route_has_a_policy_of_its_own() -> None:
    config = configuration(documents(4))
    decided = sorted(route.policy.name for route in config.routes() if route.policy is not None)
    assert decided == [f"TrafficPolicy/shop/service-{at:05}" for at in range(4)]
    assert not config.attachments.unattached


def test_the_time_is_told_for_each_step() -> None:
    assert set(read_and_compile(2)) == {"routes", "read", "compile"}
