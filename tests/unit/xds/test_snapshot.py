from typing import Any

import pytest

from crossgate.xds.protos import message_class
from crossgate.xds.snapshot import SnapshotError, build_snapshot, count_changes
from crossgate.xds.type_urls import CLUSTER, ENDPOINT, LISTENER, ROUTE, message_name

MANAGER = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"


def listener(route: str, port: int = 80) -> dict[str, Any]:
    manager = {"@type": MANAGER, "stat_prefix": "s", "rds": {"route_config_name": route, "config_source": {"ads": {}}}}
    return {
        "name": "l",
        "address": {"socket_address": {"address": "127.0.0.1", "port_value": port}},
        "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}],
    }


def resources(**clusters: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    return {
        ROUTE: {"r": {"name": "r"}},
        LISTENER: {"l": listener("r")},
        CLUSTER: {name: {"name": name, **cluster} for name, cluster in clusters.items()},
    }


def test_a_resource_travels_as_its_message() -> None:
    snapshot = build_snapshot(resources(c={"connect_timeout": "1.5s"}))

    resource = snapshot.of_type(CLUSTER)["c"]
    message: Any = message_class(message_name(CLUSTER)).FromString(resource.body)
    assert message.name == "c"
    assert message.connect_timeout.ToTimedelta().total_seconds() == 1.5


def test_versions_follow_the_content_and_nothing_else() -> None:
    first = build_snapshot(resources(a={}, b={}))
    same = build_snapshot(dict(reversed(resources(b={}, a={}).items())))
    other = build_snapshot(resources(a={"connect_timeout": "1s"}, b={}), first)

    assert same.version == first.version
    assert other.version != first.version
    assert other.of_type(CLUSTER)["b"] == first.of_type(CLUSTER)["b"]
    assert other.of_type(CLUSTER)["a"].version != first.of_type(CLUSTER)["a"].version


def test_what_is_unchanged_is_not_encoded_again() -> None:
    first = build_snapshot(resources(a={}, b={}))
    other = build_snapshot(resources(a={"connect_timeout": "1s"}, b={}), first)

    assert other.encoded[CLUSTER]["b"] is first.encoded[CLUSTER]["b"]
    assert other.encoded[CLUSTER]["a"] is not first.encoded[CLUSTER]["a"]


def test_changes_are_counted_by_resource() -> None:
    before = build_snapshot(resources(gone={}, same={}, changed={}))
    after = build_snapshot(resources(new={}, same={}, changed={"connect_timeout": "1s"}))

    assert count_changes(before, after) == 3
    assert count_changes(after, after) == 0


def test_what_a_client_needs_is_all_it_is_given_and_all_that_refers_to() -> None:
    source = resources(a={"type": "EDS", "eds_cluster_config": {"service_name": "e"}}, b={"eds_cluster_config": {}})
    source[ENDPOINT] = {name: {"cluster_name": name} for name in ("e", "b", "unused")}
    source[ROUTE]["unused"] = {"name": "unused"}

    assert build_snapshot(source).required == {
        CLUSTER: {"a", "b"},
        LISTENER: {"l"},
        ROUTE: {"r"},
        ENDPOINT: {"e", "b"},
    }


def test_a_listener_claims_its_address_unless_any_port_will_do() -> None:
    fixed, free = (build_snapshot(resources() | {LISTENER: {"l": listener("r", port)}}) for port in (80, 0))

    assert fixed.of_type(LISTENER)["l"].claim == "127.0.0.1 80"
    assert free.of_type(LISTENER)["l"].claim is None


@pytest.mark.parametrize(
    ("cluster", "reason"),
    [
        ({"colour": "red"}, "colour"),
        ({"connect_timeout": "soon"}, "connect_timeout"),
        ({"type": "NONE_SUCH"}, "type"),
        ({"connect_timeout": {}}, "connect_timeout"),
        ({"load_assignment": "x"}, "load_assignment"),
        ({"typed_extension_protocol_options": {"x": {"@type": "type.googleapis.com/a.B"}}}, r"a\.B"),
    ],
)
def test_a_resource_that_is_not_of_its_type_is_named(cluster: dict[str, Any], reason: str) -> None:
    with pytest.raises(
        SnapshotError, match=rf"^resource `c` is not a `envoy\.config\.cluster\.v3\.Cluster`: .*{reason}"
    ):
        build_snapshot(resources(c=cluster))


def test_a_reference_to_nothing_is_named() -> None:
    with pytest.raises(SnapshotError, match=r"^no resource `missing` of type `envoy\.config\.route\.v3\.Route"):
        build_snapshot({LISTENER: {"l": listener("missing")}})


def test_an_unknown_type_is_named() -> None:
    with pytest.raises(SnapshotError, match=r"^resource `x` is not a `a\.B`: no protobuf message `a\.B` is known"):
        build_snapshot({"type.googleapis.com/a.B": {"x": {}}})
