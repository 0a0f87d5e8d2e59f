from crossgate.xds.type_urls import CLUSTER, ENDPOINT, LISTENER, ROUTE, in_update_order, message_name


def test_what_is_referred_to_comes_before_what_refers_to_it() -> None:
    assert list(in_update_order({ROUTE, LISTENER, ENDPOINT, CLUSTER})) == [CLUSTER, ENDPOINT, LISTENER, ROUTE]


def test_unknown_types_come_last_by_name() -> None:
    assert list(in_update_order(["b.test/B", "a.test/A", ROUTE])) == [ROUTE, "a.test/A", "b.test/B"]


def test_a_type_url_names_a_message() -> None:
    assert message_name(CLUSTER) == "envoy.config.cluster.v3.Cluster"
