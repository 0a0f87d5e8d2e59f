"""What is said of policies that are attached to nothing, cannot be used, or would be merged by the gateway."""

import pytest

from crossgate.diagnostics import Diagnostics, Severity
from crossgate.dialects.options import ReadOptions
from crossgate.model.attachments import Standing
from tests.unit.dialects.kgateway.manifests import (
    Manifest,
    cors,
    extension,
    gateway,
    inline,
    policy,
    read_manifests,
    route,
    rule,
    target,
)

EMULATED = ReadOptions(emulate={"kgateway": "2.3"})
IGNORED = {"unmatched-preflight-forwarded"}


def told(report: Diagnostics) -> list[tuple[str, str]]:
    return [(found.id, found.message) for found in report if found.id not in IGNORED]


def standings(*manifests: Manifest, options: ReadOptions | None = None) -> list[tuple[str, str, str | None]]:
    """Return policy, standing and reason of everything at the only route."""
    config, report = read_manifests(*manifests, options=options)
    assert config is not None, told(report)
    (found,) = config.attachments.routes
    return [(item.policy, item.standing.value, item.reason) for item in found.policies]


@pytest.mark.parametrize(
    ("targets", "reason"),
    [
        ([target("HTTPRoute", "nobody")], "`HTTPRoute/default/nobody` is not among the files"),
        (
            [target("HTTPRoute", "r", "rule")],
            "`HTTPRoute/default/r` has no rule called `rule`; those with a name: `one`, `two`",
        ),
        (
            [target("Gateway", "gw", "https")],
            "`Gateway/default/gw` has no listener called `https`; those with a name: `http`",
        ),
        ([target("GRPCRoute", "r")], "`GRPCRoute/default/r` is of a kind that is not served"),
        ([], "it names no target, and no `extensionRef` names it"),
    ],
)
def test_a_policy_that_is_attached_to_nothing(targets: list[Manifest], reason: str) -> None:
    routes = route("r", rule("/1", "one"), rule("/2", "two"), rule("/3"))
    config, report = read_manifests(gateway(), routes, policy("p", cors(1), *targets))
    assert told(report) == [("policy-not-attached", f"`TrafficPolicy/default/p` is not attached: {reason}")]
    assert config is not None
    assert [(found.policy, found.reason) for found in config.attachments.unattached] == [
        ("TrafficPolicy/default/p", reason)
    ]


def test_a_policy_that_is_attached_somewhere_is_told_of_the_reference_that_is_not() -> None:
    both = policy("p", cors(1), target("HTTPRoute", "r"), target("HTTPRoute", "s"))
    _, report = read_manifests(gateway(), route("r", rule()), both)
    message = "`TrafficPolicy/default/p` is not attached: `HTTPRoute/default/s` is not among the files"
    assert told(report) == [("policy-not-attached", message)]


def test_a_policy_at_a_route_that_nobody_serves_is_at_no_route() -> None:
    elsewhere = route("r", rule())
    elsewhere["spec"]["parentRefs"] = [{"name": "other"}]
    config, _ = read_manifests(gateway(), elsewhere, policy("p", cors(1), target("HTTPRoute", "r")))
    assert config is not None
    assert [found.reason for found in config.attachments.unattached] == ["no route that it is attached to is served"]


def test_targets_are_of_four_kinds() -> None:
    _, report = read_manifests(gateway(), route("r", rule()), policy("p", cors(1), target("Service", "s")))
    said = "targetRefs may only reference Gateway, HTTPRoute, GRPCRoute, or ListenerSet resources"
    reason = "`TrafficPolicy/default/p` is not attached: it cannot be used, whatever it is meant for"
    assert told(report) == [("policy-not-attached", reason), ("invalid-target", said)]


@pytest.mark.parametrize("weight", ["heavy", "1.5", "", "2147483648", "-2147483649", "0x1"])
def test_a_weight_that_is_none_fails_what_the_policy_is_at(weight: str) -> None:
    heavy = policy("p", cors(1), target("HTTPRoute", "r"), annotations={"kgateway.dev/policy-weight": weight})
    config, report = read_manifests(gateway(), route("r", rule()), heavy)
    assert told(report) == [("invalid-weight", f"`{weight}` is not a weight")]
    assert [(found.severity, found.is_contained) for found in report] == [(Severity.ERROR, True)]
    assert config is not None
    (found,) = config.attachments.routes
    assert [item.standing for item in found.policies] == [Standing.FAILED]


@pytest.mark.parametrize("weight", ["0", "-2147483648", "+7", "2147483647"])
def test_a_weight_is_an_integer_of_32_bits(weight: str) -> None:
    heavy = policy("p", cors(1), target("HTTPRoute", "r"), annotations={"kgateway.dev/policy-weight": weight})
    _, report = read_manifests(gateway(), route("r", rule()), heavy)
    assert not told(report)


def test_a_field_that_the_cluster_keeps_without_a_word_is_told() -> None:
    typo = policy("p", {"allowOrigin": ["https://p.test"]}, target("HTTPRoute", "r"))
    _, report = read_manifests(gateway(), route("r", rule()), typo)
    (found,) = (found for found in report if found.id == "unknown-field")
    assert (found.severity, found.is_contained, found.hint) == (Severity.ERROR, True, "did you mean `allowOrigins`?")
    config, report = read_manifests(gateway(), route("r", rule()), typo, options=EMULATED)
    assert [found.severity for found in report if found.id == "unknown-field"] == [Severity.WARNING]
    assert config is not None


def test_what_the_gateway_would_inherit_is_told_with_the_credentials() -> None:
    wide = policy("wide", cors(9, allowCredentials=True, exposeHeaders=["X-A"]), target("Gateway", "gw"))
    narrow = route("r", rule(filters=[inline(cors(1))]))
    _, report = read_manifests(gateway(), narrow, wide)
    message = (
        "kgateway itself would give `HTTPRoute/default/r#rule-0/filter-0` what it leaves open from "
        "`TrafficPolicy/default/wide`: `allowCredentials: true`, `exposeHeaders: [X-A]`, and so credentials to "
        "`https://p.test`"
    )
    assert told(report) == [("inherited-by-gateway", message)]


@pytest.mark.parametrize(
    "narrow",
    [
        cors(1, allowCredentials=True, exposeHeaders=["X-B"]),
        {"disable": {}},
    ],
)
def test_nothing_is_inherited_by_a_policy_that_is_whole(narrow: Manifest) -> None:
    wide = policy("wide", cors(9, allowCredentials=True, exposeHeaders=["X-A"]), target("Gateway", "gw"))
    _, report = read_manifests(gateway(), route("r", rule()), wide, policy("p", narrow, target("HTTPRoute", "r")))
    assert not told(report)


def test_inside_one_level_nothing_is_inherited() -> None:
    policies = [
        policy("wide", cors(9, allowCredentials=True), target("HTTPRoute", "r")),
        policy("narrow", cors(1), target("HTTPRoute", "r", "one")),
    ]
    _, report = read_manifests(gateway(), route("r", rule(name="one")), *policies)
    assert not told(report)


def test_many_that_would_inherit_are_counted() -> None:
    wide = policy("wide", cors(9, allowCredentials=True), target("Gateway", "gw"))
    routes = [route(f"r{number}", rule(f"/{number}", filters=[inline(cors(1))])) for number in range(23)]
    _, report = read_manifests(gateway(), *routes, wide)
    messages = [message for _, message in told(report)]
    assert len(messages) == 21
    assert "and so 3 more policies would inherit from `TrafficPolicy/default/wide`" in messages


def test_backends_that_differ_are_told_and_what_a_release_does_is_not_enforced() -> None:
    backends: list[Manifest] = [{"filters": [inline(cors(1))]}, {"name": "other"}]
    split = gateway(), route("r", rule(backends=backends))
    name = "HTTPRoute/default/r#rule-0/backend-0/filter-0"
    _, report = read_manifests(*split)
    assert told(report) == [
        (
            "backend-policies-differ",
            f"`{name}` answers for every backend of its rule: a preflight goes to none of them",
        )
    ]
    config, report = read_manifests(*split, options=EMULATED)
    assert [found.subject for found in report] == ["backend-cors-lottery"]
    assert config is not None
    enforced = ReadOptions(emulate={"kgateway": "2.3"}, without=frozenset())
    assert read_manifests(*split, options=enforced)[0] is None


def test_a_policy_behind_a_filter_is_overridden_whatever_its_status_says() -> None:
    behind = policy("p", cors(2), target("HTTPRoute", "r"))
    name = "HTTPRoute/default/r#rule-0/filter-0"
    assert standings(gateway(), route("r", rule(filters=[inline(cors(1))])), behind) == [
        (name, "won", None),
        (
            "TrafficPolicy/default/p",
            "overridden",
            f"`{name}` is a filter of the HTTPRoute, which goes before every TrafficPolicy",
        ),
    ]


def test_why_a_policy_goes_first_in_its_place() -> None:
    dated = {"creationTimestamp": "2025-01-01T00:00:00Z"}
    policies = [
        policy("heavy", cors(1), target("HTTPRoute", "r"), annotations={"kgateway.dev/policy-weight": "1"}),
        policy("light", cors(2), target("HTTPRoute", "r")),
    ]
    assert (
        standings(gateway(), route("r", rule()), *policies)[1][2]
        == "`TrafficPolicy/default/heavy` has the larger weight"
    )
    policies = [
        policy("new", cors(1), target("HTTPRoute", "r")),
        policy("old", cors(2), target("HTTPRoute", "r"), **dated),
    ]
    assert standings(gateway(), route("r", rule()), *policies)[1][2] == "`TrafficPolicy/default/old` is older"
    policies = [policy("b", cors(1), target("HTTPRoute", "r")), policy("a", cors(2), target("HTTPRoute", "r"))]
    assert (
        standings(gateway(), route("r", rule()), *policies)[1][2]
        == "`TrafficPolicy/default/a` is as old, and first by name"
    )
    wide = policy("wide", cors(1), target("Gateway", "gw"))
    narrow = policy("narrow", {"disable": {}}, target("HTTPRoute", "r"))
    assert standings(gateway(), route("r", rule()), wide, narrow) == [
        ("TrafficPolicy/default/narrow", "won", "it switches CORS off"),
        ("TrafficPolicy/default/wide", "overridden", "`TrafficPolicy/default/narrow` is more specific"),
    ]


def test_a_release_merges_and_says_what_each_gives() -> None:
    wide = policy("wide", cors(9, allowCredentials=True), target("Gateway", "gw"))
    narrow = policy("narrow", cors(1), target("HTTPRoute", "r"))
    assert standings(gateway(), route("r", rule()), wide, narrow, options=EMULATED) == [
        ("TrafficPolicy/default/narrow", "won", None),
        ("TrafficPolicy/default/wide", "merged", "it gives `allowCredentials: true`"),
    ]


def test_a_dangling_reference_fails_its_rule_alone() -> None:
    rules = rule("/a", "a", [extension("nobody")]), rule("/b", "b", [inline(cors(1))])
    config, report = read_manifests(gateway(), route("r", *rules))
    assert told(report) == [("reference-missing", "`TrafficPolicy/default/nobody` is not among the files")]
    assert config is not None
    found = [[item.standing for item in routes.policies] for routes in config.attachments.routes]
    assert found == [[Standing.FAILED], [Standing.WON]]


def test_what_stands_beside_disable_has_no_effect() -> None:
    both = policy("p", {"disable": {}, "allowOrigins": ["https://p.test"]}, target("HTTPRoute", "r"))
    _, report = read_manifests(gateway(), route("r", rule()), both)
    assert [found_id for found_id, _ in told(report)] == ["field-without-effect"]


def test_any_header_is_exposed_to_nobody_with_credentials() -> None:
    said = cors(1, exposeHeaders=["*"], allowCredentials=True)
    _, report = read_manifests(gateway(), route("r", rule(filters=[inline(said)])))
    assert [found_id for found_id, _ in told(report)] == ["expose-any-with-credentials"]
    _, report = read_manifests(gateway(), route("r", rule(filters=[inline(cors(1, exposeHeaders=["*"]))])))
    assert not told(report)


@pytest.mark.parametrize(
    ("annotations", "said"),
    [
        ({"kgateway.dev/inherited-policy-priority": "PreferWhomever"}, "invalid-value"),
        ({"delegation.kgateway.dev/inherited-policy-priority": "PreferChild"}, "annotation-renamed"),
    ],
)
def test_a_way_to_inherit_that_is_none_is_told(annotations: Manifest, said: str) -> None:
    child = route("child", rule("/"))
    del child["spec"]["parentRefs"]
    delegate = {"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": "child"}
    parent = route("parent", rule("/", filters=[inline(cors(1))]), annotations=annotations)
    parent["spec"]["rules"][0]["backendRefs"] = [delegate]
    _, report = read_manifests(gateway(), parent, child)
    assert [found_id for found_id, _ in told(report)] == [said]
