from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossgate.xds.encoding import Encoded, encode
from crossgate.xds.protos import message_class, message_from_json

ROUTES = "envoy.config.route.v3.RouteConfiguration"

NAMES = st.sampled_from(["", "a", "b", "c"])
ROUTE = st.builds(
    lambda name, path, body: {
        "name": name,
        "match": {"path": "/" + path},
        "direct_response": {"status": 200, "body": {"inline_string": body}},
    },
    NAMES,
    st.text("abc", max_size=3),
    # Long enough that a length takes more than one byte on the wire.
    st.sampled_from(["", "x" * 127, "x" * 128, "ü" * 200]),
)
VIRTUAL_HOST = st.builds(
    lambda name, routes: {"name": name, "domains": ["*"], "routes": routes}, NAMES, st.lists(ROUTE, max_size=4)
)


def action(routes: list[dict[str, Any]]) -> dict[str, Any]:
    listed = {"@type": "type.googleapis.com/envoy.config.route.v3.RouteList", "routes": routes}
    return {"action": {"name": "routes", "typed_config": listed}}


def tree(leaves: dict[str, list[dict[str, Any]]], rest: list[dict[str, Any]]) -> dict[str, Any]:
    path = {"@type": "type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput", "header_name": ":path"}
    keyed = {"map": {key: action(routes) for key, routes in leaves.items()}}
    matcher_tree = {"input": {"name": "path", "typed_config": path}, "prefix_match_map": keyed}
    return {"name": "tree", "domains": ["t"], "matcher": {"matcher_tree": matcher_tree, "on_no_match": action(rest)}}


TREE_HOST = st.builds(
    tree, st.dictionaries(st.sampled_from(["/", "/a", "/ü"]), st.lists(ROUTE, max_size=3)), st.lists(ROUTE, max_size=2)
)
CONFIGURATION = st.builds(
    lambda hosts: {"name": "r", "virtual_hosts": hosts, "max_direct_response_body_size_bytes": 1 << 20},
    st.lists(VIRTUAL_HOST | TREE_HOST, max_size=4),
)


@settings(deadline=None)
@given(st.lists(CONFIGURATION, min_size=1, max_size=4))
def test_parts_joined_are_the_whole_whatever_was_encoded_before(configurations: list[dict[str, Any]]) -> None:
    encoded = None
    for source in configurations:
        encoded = encode(ROUTES, source, encoded)
        assert message_class(ROUTES).FromString(encoded.body) == message_from_json(ROUTES, source)
    assert encoded is not None


@pytest.mark.parametrize("size", [0, 1, 0x7F, 0x80, 0x3FFF, 0x4000, 100_000])
def test_a_length_of_any_size_is_written(size: int) -> None:
    source = {"virtual_hosts": [{"name": "x" * size}]}

    assert message_class(ROUTES).FromString(encode(ROUTES, source).body) == message_from_json(ROUTES, source)


def test_a_part_that_is_unchanged_is_not_encoded_again() -> None:
    def source(*bodies: str) -> dict[str, Any]:
        hosts = [
            {"name": f"host-{index}", "domains": [f"{index}.test"], "routes": [{"match": {"path": body}}]}
            for index, body in enumerate(bodies)
        ]
        return {"name": "r", "virtual_hosts": hosts}

    first = encode(ROUTES, source("/a", "/b"))
    second = encode(ROUTES, source("/a", "/c"), first)

    assert second.parts["host-0"] is first.parts["host-0"]
    assert second.parts["host-1"] is not first.parts["host-1"]
    assert encode(ROUTES, source("/a", "/c"), second) is second


def test_a_leaf_that_is_unchanged_is_not_encoded_again() -> None:
    def source(path: str) -> dict[str, Any]:
        return tree({"/a": [{"match": {"path": "/a"}}], "/b": [{"match": {"path": path}}]}, [])

    def leaves(encoded: Encoded) -> Mapping[str, Encoded]:
        return encoded.parts["matcher"].parts["matcher_tree"].parts["prefix_match_map"].parts

    first = encode("envoy.config.route.v3.VirtualHost", source("/b"))
    second = encode("envoy.config.route.v3.VirtualHost", source("/c"), first)

    assert leaves(second)["/a"] is leaves(first)["/a"]
    assert leaves(second)["/b"] is not leaves(first)["/b"]


def test_an_encoding_is_the_same_each_time() -> None:
    metadata = {"filter_metadata": {name: {"value": name} for name in "abcdefgh"}}
    turned = {"filter_metadata": dict(reversed(metadata["filter_metadata"].items()))}

    assert (
        encode("envoy.config.core.v3.Metadata", metadata).body == encode("envoy.config.core.v3.Metadata", turned).body
    )
