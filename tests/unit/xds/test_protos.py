import pytest
from google.protobuf.json_format import MessageToDict, ParseError

from crossgate.xds.protos import UnknownMessageError, message_class, message_from_json

ROUTER = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"


@pytest.mark.parametrize(
    "name",
    [
        "envoy.config.cluster.v3.Cluster",
        "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "envoy.extensions.filters.http.router.v3.Router",
        "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
        "envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation",
        "envoy.extensions.filters.http.set_filter_state.v3.Config",
        "envoy.extensions.filters.http.cors.v3.CorsPolicy",
        "envoy.extensions.formatter.cel.v3.Cel",
        "envoy.extensions.access_loggers.stream.v3.StderrAccessLog",
        "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
        "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        "envoy.extensions.matching.common_inputs.network.v3.ServerNameInput",
        "envoy.type.matcher.v3.HttpRequestHeaderMatchInput",
        "xds.type.matcher.v3.Matcher",
        "google.protobuf.StringValue",
    ],
)
def test_a_message_is_found_by_its_name(name: str) -> None:
    assert message_class(name).DESCRIPTOR.full_name == name


@pytest.mark.parametrize(
    "name", ["envoy.config.cluster.v3.Nothing", "envoy.nothing.v3.Nothing", "json.tool.Nothing", ""]
)
def test_a_message_that_there_is_not_is_named(name: str) -> None:
    with pytest.raises(UnknownMessageError, match=f"no protobuf message `{name}` is known"):
        message_class(name)


def test_the_types_of_any_values_are_found_at_any_depth() -> None:
    source = {"name": "l", "filter_chains": [{"filters": [{"name": "f", "typed_config": {"@type": ROUTER}}]}]}

    message = message_from_json("envoy.config.listener.v3.Listener", source)

    assert MessageToDict(message, preserving_proto_field_name=True) == source


def test_an_unknown_type_of_an_any_value_is_named() -> None:
    source = {"filter_chains": [{"filters": [{"typed_config": {"@type": "type.googleapis.com/envoy.x.v3.X"}}]}]}

    with pytest.raises(UnknownMessageError, match=r"`envoy\.x\.v3\.X`"):
        message_from_json("envoy.config.listener.v3.Listener", source)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ParseError, match="colour"):
        message_from_json("envoy.config.cluster.v3.Cluster", {"colour": "red"})
