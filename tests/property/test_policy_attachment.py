"""Laws of attachment: whatever policies there are, the narrower decides, and only what covers a route matters to it."""

import json
import random
from dataclasses import dataclass
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.model.attachments import RouteAttachments, Standing
from crossgate.model.gateway import GatewayConfig
from crossgate.model.routes import Route
from crossgate.model.table import Respond
from crossgate.source import Source
from tests.unit.dialects.kgateway.manifests import Manifest, cors, gateway, inline, policy, route, rule, target

LEVELS: Final = (
    "filter of a backendRef",
    "filter of the rule",
    "extensionRef of the rule",
    "targets the rule",
    "targets the HTTPRoute",
    "targets the listener",
    "targets the Gateway",
)
"""The levels, the narrowest first."""

PLACES: Final = {
    "rule": ("HTTPRoute", "one", "x"),
    "other rule": ("HTTPRoute", "one", "y"),
    "route": ("HTTPRoute", "one", None),
    "other route": ("HTTPRoute", "two", None),
    "listener": ("Gateway", "gw", "http"),
    "gateway": ("Gateway", "gw", None),
}
COVERED: Final = {
    "rule": {"HTTPRoute/default/one#x"},
    "other rule": {"HTTPRoute/default/one#y"},
    "route": {"HTTPRoute/default/one#x", "HTTPRoute/default/one#y"},
    "other route": {"HTTPRoute/default/two#x"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A TrafficPolicy: where it is, and what decides between it and others of the place."""

    place: str
    weight: int
    created: str
    has_credentials: bool
    is_off: bool


policies = st.lists(
    st.builds(
        Written,
        place=st.sampled_from(sorted(PLACES)),
        weight=st.integers(-1, 1),
        created=st.sampled_from(["", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"]),
        has_credentials=st.booleans(),
        is_off=st.booleans(),
    ),
    max_size=6,
)
filters = st.sets(st.sampled_from(["rule", "backend"]))
versions = st.sampled_from([ReadOptions(), ReadOptions(emulate={"kgateway": "2.3"})])


def manifest_of(number: int, written: Written, *, weight: str | None = None) -> Manifest:
    kind, name, section = PLACES[written.place]
    said: Manifest = {"disable": {}} if written.is_off else cors(number + 10, allowCredentials=written.has_credentials)
    metadata: Manifest = {"annotations": {"kgateway.dev/policy-weight": weight or str(written.weight)}}
    if written.created:
        metadata["creationTimestamp"] = written.created
    return policy(f"p{number}", said, target(kind, name, section), **metadata)


def manifests_of(found: list[Written], filtered: set[str]) -> list[Manifest]:
    inside = [inline(cors(1))] if "rule" in filtered else []
    backends: list[Manifest] = [{"filters": [inline(cors(2))]} if "backend" in filtered else {}]
    return [
        gateway(),
        route("one", rule("/x", "x", inside, backends), rule("/y", "y")),
        route("two", rule("/two", "x")),
        *(manifest_of(number, written) for number, written in enumerate(found)),
    ]


def config_of(manifests: list[Manifest], options: ReadOptions) -> GatewayConfig:
    report = Diagnostics()
    text = json.dumps({"kind": "List", "items": manifests})
    config = read([Source(name="m.json", text=text)], options, report)
    assert config is not None, [str(found) for found in report]
    return config


def by_rule(config: GatewayConfig) -> dict[str, RouteAttachments]:
    return {found.routes[0].rpartition("/")[0]: found for found in config.attachments.routes}


def routes_of(config: GatewayConfig) -> dict[str, Route]:
    return {found.name.rpartition("/")[0]: found for found in config.routes()}


def winner_of(found: RouteAttachments) -> int:
    """Return the position of the one policy that won."""
    (position,) = (at for at, item in enumerate(found.policies) if item.standing is Standing.WON)
    return position


@settings(deadline=None, max_examples=40)
@given(policies, filters, versions, st.randoms(use_true_random=False))
def test_the_order_of_the_files_does_not_matter(
    found: list[Written], filtered: set[str], options: ReadOptions, chance: random.Random
) -> None:
    manifests = manifests_of(found, filtered)
    shuffled = list(manifests)
    chance.shuffle(shuffled)
    one, other = config_of(manifests, options), config_of(shuffled, options)
    assert by_rule(one) == by_rule(other)
    assert [listener.hosts for listener in one.listeners] == [listener.hosts for listener in other.listeners]


@settings(deadline=None, max_examples=40)
@given(policies, filters)
def test_the_narrowest_decides_alone(found: list[Written], filtered: set[str]) -> None:
    config = config_of(manifests_of(found, filtered), ReadOptions())
    routes = routes_of(config)
    for name, account in by_rule(config).items():
        levels = [LEVELS.index(item.level) for item in account.policies]
        assert levels == sorted(levels)
        decided = routes[name].policy
        if not levels:
            assert decided is None
            continue
        assert winner_of(account) == 0
        assert all(item.standing is Standing.OVERRIDDEN for item in account.policies[1:])
        won = account.policies[0]
        is_off = won.reason == "it switches CORS off"
        assert decided is None if is_off else decided is not None
        assert decided is None or decided.name == won.policy


@settings(deadline=None, max_examples=40)
@given(policies, filters, versions)
def test_in_one_place_the_heavier_then_the_older_goes_first(
    found: list[Written], filtered: set[str], options: ReadOptions
) -> None:
    for account in by_rule(config_of(manifests_of(found, filtered), options)).values():
        placed = [
            (item.level, found[int(item.policy.rpartition("/p")[2])], item.policy)
            for item in account.policies
            if item.policy.startswith("TrafficPolicy/")
        ]
        for level in LEVELS:
            keys = [(-one.weight, one.created or "~", name) for at, one, name in placed if at == level]
            assert keys == sorted(keys)


@settings(deadline=None, max_examples=40)
@given(policies, filters)
def test_a_wider_policy_changes_nothing_where_a_narrower_one_is(found: list[Written], filtered: set[str]) -> None:
    added = Written(place="gateway", weight=9, created="2020-01-01T00:00:00Z", has_credentials=True, is_off=False)
    before = config_of(manifests_of(found, filtered), ReadOptions())
    after = routes_of(config_of(manifests_of([*found, added], filtered), ReadOptions()))
    for name, account in by_rule(before).items():
        if any(item.level != "targets the Gateway" for item in account.policies):
            assert after[name] == routes_of(before)[name]


@settings(deadline=None, max_examples=40)
@given(policies, filters)
def test_a_release_gives_no_more_than_wider_policies_have(found: list[Written], filtered: set[str]) -> None:
    config = config_of(manifests_of(found, filtered), ReadOptions(emulate={"kgateway": "2.3"}))
    routes = routes_of(config)
    for name, account in by_rule(config).items():
        decided = routes[name].policy
        if decided is None:
            continue
        won = account.policies[winner_of(account)]
        assert decided.name == won.policy
        gives = {item.policy for item in account.policies if item.standing is Standing.MERGED}
        assert all(found[int(policy.rpartition("/p")[2])].has_credentials for policy in gives)


@settings(deadline=None, max_examples=40)
@given(policies, filters, st.sampled_from(sorted(COVERED)), versions)
def test_a_policy_that_cannot_be_used_fails_what_it_covers_and_nothing_else(
    found: list[Written], filtered: set[str], place: str, options: ReadOptions
) -> None:
    broken = Written(place=place, weight=0, created="", has_credentials=False, is_off=False)
    manifests = manifests_of(found, filtered)
    before = routes_of(config_of(manifests, options))
    after = routes_of(config_of([*manifests, manifest_of(99, broken, weight="heavy")], options))
    for name, found_route in after.items():
        if name in COVERED[place]:
            assert (found_route.target, found_route.table) == (Respond(status=500), None)
        else:
            assert found_route == before[name]
