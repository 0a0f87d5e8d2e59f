"""The protocol's steps, one by one; that they fit together is shown in `test_subscription_laws`."""

from collections.abc import Iterable

import pytest

from crossgate.xds.delta import Accepted, Output, Refused, Request, Response
from crossgate.xds.subscription import Subscription
from crossgate.xds.type_urls import CLUSTER, ENDPOINT, LISTENER, ROUTE
from tests.unit.xds.builders import snapshot_of


def responses(outputs: Iterable[Output]) -> list[tuple[str, list[str], list[str]]]:
    """Return what was sent: type, names, removed names."""
    return [
        (output.type_url, [resource.name for resource in output.resources], list(output.removed))
        for output in outputs
        if isinstance(output, Response)
    ]


def only(outputs: list[Output]) -> Response:
    (output,) = outputs
    assert isinstance(output, Response)
    return output


def ack(outputs: list[Output]) -> Request:
    response = only(outputs)
    return Request(type_url=response.type_url, nonce=response.nonce)


def nack(outputs: list[Output], reason: str = "no") -> Request:
    response = only(outputs)
    return Request(type_url=response.type_url, nonce=response.nonce, refusal=reason)


def settled(**content: dict[str, str]) -> Subscription:
    """Return the stream of a client that holds all of a snapshot."""
    stream = Subscription()
    snapshot = snapshot_of(**content)
    stream.on_snapshot(snapshot)
    types = [(CLUSTER, "*"), (LISTENER, "*"), *((ROUTE, name) for name in content.get("routes", {}))]
    for type_url, name in types:
        outputs = stream.on_request(Request(type_url=type_url, subscribe=(name,)))
        outputs = stream.on_request(ack(outputs))
    assert outputs == [Accepted(snapshot_version=snapshot.version)]
    return stream


def test_nothing_is_sent_before_something_is_published() -> None:
    stream = Subscription()

    assert stream.on_request(Request(type_url=LISTENER, node="n")) == []
    assert responses(stream.on_snapshot(snapshot_of(listeners={"a": "1"}))) == [(LISTENER, ["a"], [])]


@pytest.mark.parametrize("names", [(), ("*",)], ids=["legacy", "explicit"])
def test_a_wildcard_gets_everything(names: tuple[str, ...]) -> None:
    stream = Subscription()
    stream.on_snapshot(snapshot_of(clusters={"a": "1", "b": "1"}))

    assert responses(stream.on_request(Request(type_url=CLUSTER, subscribe=names))) == [(CLUSTER, ["a", "b"], [])]


def test_a_wildcard_is_answered_even_if_there_is_nothing() -> None:
    stream = Subscription()
    stream.on_snapshot(snapshot_of())

    assert responses(stream.on_request(Request(type_url=CLUSTER))) == [(CLUSTER, [], [])]


def test_other_types_are_sent_only_by_name() -> None:
    stream = Subscription()
    stream.on_snapshot(snapshot_of(routes={"a": "1", "b": "1"}))

    assert stream.on_request(Request(type_url=ROUTE)) == []
    assert responses(stream.on_request(Request(type_url=ROUTE, subscribe=("b",)))) == [(ROUTE, ["b"], [])]


def test_a_name_that_there_is_not_is_said_to_be_absent_and_sent_once_it_is_there() -> None:
    stream = Subscription()
    stream.on_snapshot(snapshot_of())

    outputs = stream.on_request(Request(type_url=ROUTE, subscribe=("a",)))

    assert responses(outputs) == [(ROUTE, [], ["a"])]
    stream.on_request(ack(outputs))
    assert responses(stream.on_snapshot(snapshot_of(routes={"a": "1"}))) == [(ROUTE, ["a"], [])]


def test_only_what_changed_is_sent() -> None:
    stream = settled(listeners={"a": "1", "b": "1", "c": "1"})

    outputs = stream.on_snapshot(snapshot_of(listeners={"a": "1", "b": "2", "d": "1"}))

    assert responses(outputs) == [(LISTENER, ["b", "d"], [])]
    assert responses(stream.on_request(ack(outputs))) == [(LISTENER, [], ["c"])]


def test_updates_go_in_order_each_after_consent_and_removals_come_last() -> None:
    stream = settled(clusters={"old": "1"}, listeners={"l": "1", "gone": "1"}, routes={"r": "1"})
    snapshot = snapshot_of(clusters={"new": "1"}, listeners={"l": "2"}, routes={"r": "2"})

    sent = [stream.on_snapshot(snapshot)]
    while responses(sent[-1]):
        sent.append(stream.on_request(ack(sent[-1])))

    assert [response for outputs in sent for response in responses(outputs)] == [
        (CLUSTER, ["new"], []),
        (LISTENER, ["l"], []),
        (ROUTE, ["r"], []),
        (LISTENER, [], ["gone"]),
        (CLUSTER, [], ["old"]),
    ]
    assert sent[-1] == [Accepted(snapshot_version=snapshot.version)]


def test_a_listener_whose_address_is_taken_over_is_removed_at_once() -> None:
    stream = Subscription()
    claims = {"old": "127.0.0.1 80", "other": "127.0.0.1 81", "new": "127.0.0.1 80"}
    stream.on_snapshot(snapshot_of(listeners={"old": "1", "other": "1"}, claims=claims))
    stream.on_request(ack(stream.on_request(Request(type_url=LISTENER))))

    outputs = stream.on_snapshot(snapshot_of(listeners={"new": "1"}, claims=claims))

    assert responses(outputs) == [(LISTENER, ["new"], ["old"])]
    assert responses(stream.on_request(ack(outputs))) == [(LISTENER, [], ["other"])]


def test_after_a_reconnect_only_differences_are_sent() -> None:
    stream = Subscription()
    stream.on_snapshot(snapshot_of(listeners={"same": "1", "changed": "2"}, routes={"r": "1"}))

    listeners = stream.on_request(
        Request(type_url=LISTENER, initial_versions={"same": "1", "changed": "1", "gone": "1"})
    )

    assert responses(listeners) == [(LISTENER, ["changed"], [])]
    removal = stream.on_request(ack(listeners))
    assert responses(removal) == [(LISTENER, [], ["gone"])]
    stream.on_request(ack(removal))
    outputs = stream.on_request(Request(type_url=ROUTE, subscribe=("r",), initial_versions={"r": "1"}))
    assert responses(outputs) == []
    assert [type(output) for output in outputs] == [Accepted]


def test_a_name_that_is_asked_for_again_is_sent_again() -> None:
    stream = settled(listeners={"l": "1"}, routes={"r": "1"})

    assert responses(stream.on_request(Request(type_url=ROUTE, subscribe=("r",)))) == [(ROUTE, ["r"], [])]


def test_a_name_that_is_no_longer_wanted_is_not_sent() -> None:
    stream = settled(listeners={"l": "1"}, routes={"r": "1", "s": "1"})

    stream.on_request(Request(type_url=ROUTE, unsubscribe=("r",)))

    assert responses(stream.on_snapshot(snapshot_of(listeners={"l": "1"}, routes={"r": "2", "s": "2"}))) == [
        (ROUTE, ["s"], [])
    ]


def test_under_a_wildcard_a_name_that_is_no_longer_wanted_is_answered() -> None:
    stream = settled(listeners={"a": "1", "b": "1"})

    assert responses(stream.on_request(Request(type_url=LISTENER, unsubscribe=("a",)))) == [(LISTENER, ["a"], [])]


def test_without_its_wildcard_a_client_gets_only_what_it_names() -> None:
    stream = settled(listeners={"a": "1", "b": "1"})

    outputs = stream.on_request(Request(type_url=LISTENER, subscribe=("a",), unsubscribe=("*",)))
    stream.on_request(ack(outputs))

    assert responses(stream.on_snapshot(snapshot_of(listeners={"a": "2", "b": "2"}))) == [(LISTENER, ["a"], [])]


def test_one_response_of_a_type_is_under_way_at_a_time() -> None:
    stream = Subscription()
    stream.on_snapshot(snapshot_of(listeners={"a": "1"}))
    first = stream.on_request(Request(type_url=LISTENER))

    assert stream.on_snapshot(snapshot_of(listeners={"a": "2"})) == []
    assert responses(stream.on_request(ack(first))) == [(LISTENER, ["a"], [])]


def test_a_stale_nonce_is_no_answer() -> None:
    stream = Subscription()
    stream.on_snapshot(snapshot_of(listeners={"a": "1"}))
    outputs = stream.on_request(Request(type_url=LISTENER))

    assert stream.on_request(Request(type_url=LISTENER, nonce="stale", refusal="no")) == []
    assert [type(output) for output in stream.on_request(ack(outputs))] == [Accepted]


def test_a_refusal_is_reported_and_the_snapshot_goes_no_further() -> None:
    stream = settled(clusters={"c": "1"}, listeners={"l": "1"}, routes={"r": "1"})
    snapshot = snapshot_of(clusters={"c": "2"}, listeners={"l": "2"}, routes={"r": "2"})

    outputs = stream.on_request(nack(stream.on_snapshot(snapshot), "bad cluster"))

    assert outputs == [Refused(snapshot_version=snapshot.version, type_url=CLUSTER, names=("c",), detail="bad cluster")]


def test_after_a_refusal_the_last_good_snapshot_mends_what_the_client_may_have_kept() -> None:
    good = {"clusters": {"c": "1"}, "listeners": {"l": "1"}, "routes": {"r": "1"}}
    stream = settled(**good)
    stream.on_request(nack(stream.on_snapshot(snapshot_of(**good | {"listeners": {"l": "2", "new": "1"}}))))

    outputs = stream.on_snapshot(snapshot_of(**good))

    # The refused listener of the good snapshot is sent again; the added one takes no address, and goes last.
    assert responses(outputs) == [(LISTENER, ["l"], [])]
    assert responses(stream.on_request(ack(outputs))) == [(LISTENER, [], ["new"])]


def test_publishing_a_refused_snapshot_again_tries_it_again() -> None:
    stream = settled(listeners={"l": "1"})
    snapshot = snapshot_of(listeners={"l": "2"})
    stream.on_request(nack(stream.on_snapshot(snapshot)))

    outputs = stream.on_snapshot(snapshot)

    assert responses(outputs) == [(LISTENER, ["l"], [])]
    assert stream.on_request(ack(outputs)) == [Accepted(snapshot_version=snapshot.version)]


def test_a_refusal_of_an_older_snapshot_does_not_stop_the_newer_one() -> None:
    stream = settled(listeners={"l": "1"})
    refused = stream.on_snapshot(snapshot_of(listeners={"l": "2"}))
    newer = snapshot_of(listeners={"l": "3"})
    stream.on_snapshot(newer)

    event, response = stream.on_request(nack(refused))

    assert isinstance(event, Refused)
    assert responses([response]) == [(LISTENER, ["l"], [])]
    assert stream.on_request(ack([response])) == [Accepted(snapshot_version=newer.version)]


def test_a_snapshot_is_accepted_only_with_all_that_it_needs() -> None:
    stream = Subscription()
    snapshot = snapshot_of(clusters={"c": "1"}, endpoints={"e": "1"}, listeners={"l": "1"}, routes={"r": "1"})
    stream.on_snapshot(snapshot)

    steps = [(CLUSTER, "*"), (ENDPOINT, "e"), (LISTENER, "*"), (ROUTE, "r")]
    last = [
        stream.on_request(ack(stream.on_request(Request(type_url=type_url, subscribe=(name,)))))
        for type_url, name in steps
    ]

    assert last == [[], [], [], [Accepted(snapshot_version=snapshot.version)]]
