from typing import Any

from crossgate.xds.delta import Request, Response
from crossgate.xds.protos import message_class
from crossgate.xds.snapshot import Resource
from crossgate.xds.type_urls import CLUSTER
from crossgate.xds.wire import read_request, write_response

PACKAGE = "envoy.service.discovery.v3"


def test_a_request_is_read() -> None:
    message: Any = message_class(f"{PACKAGE}.DeltaDiscoveryRequest")(
        type_url=CLUSTER,
        node={"id": "n"},
        resource_names_subscribe=["a", "b"],
        resource_names_unsubscribe=["c"],
        initial_resource_versions={"a": "1"},
        response_nonce="7",
        error_detail={"code": 13, "message": "no"},
    )

    assert read_request(message.SerializeToString()) == Request(
        type_url=CLUSTER,
        node="n",
        subscribe=("a", "b"),
        unsubscribe=("c",),
        initial_versions={"a": "1"},
        nonce="7",
        refusal="no",
    )


def test_a_request_without_an_error_refuses_nothing() -> None:
    message: Any = message_class(f"{PACKAGE}.DeltaDiscoveryRequest")(type_url=CLUSTER, response_nonce="7")

    assert read_request(message.SerializeToString()) == Request(type_url=CLUSTER, nonce="7", refusal=None)


def test_a_response_is_written() -> None:
    body = message_class("envoy.config.cluster.v3.Cluster")(name="a").SerializeToString()
    resource = Resource(type_url=CLUSTER, name="a", version="1", body=body)

    message: Any = message_class(f"{PACKAGE}.DeltaDiscoveryResponse").FromString(
        write_response(
            Response(type_url=CLUSTER, nonce="7", snapshot_version="s", resources=(resource,), removed=("b",))
        )
    )

    assert (message.type_url, message.nonce, message.system_version_info) == (CLUSTER, "7", "s")
    assert list(message.removed_resources) == ["b"]
    (entry,) = message.resources
    assert (entry.name, entry.version, entry.resource.type_url) == ("a", "1", CLUSTER)
    cluster: Any = message_class("envoy.config.cluster.v3.Cluster")()
    assert entry.resource.Unpack(cluster)
    assert cluster.name == "a"
