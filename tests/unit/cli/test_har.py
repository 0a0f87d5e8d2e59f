import json
from typing import Any

import pytest

from crossgate.cli.drafts import Draft
from crossgate.cli.har import PassedOver, Recorded, passed_in_words, read_har
from crossgate.cli.served import Served

APP = {"Origin": "https://app.test"}
ASKED = {**APP, "Access_Control_Request_Method": "PUT", "Access_Control_Request_Headers": "x-a"}
URL = "https://api.test/a"


def lines(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]


def request(method: str = "GET", url: str = URL, **headers: str) -> dict[str, Any]:
    return {"request": {"method": method, "url": url, "headers": lines(headers), "cookies": []}}


def with_cookie(entry: dict[str, Any]) -> dict[str, Any]:
    entry["request"]["cookies"] = [{}]
    return entry


def of_kind(kind: str, entry: dict[str, Any]) -> dict[str, Any]:
    return {"_resourceType": kind, "_initiator": {"type": "script"}, **entry}


def answered(entry: dict[str, Any], status: int, error: str | None = None, **headers: str) -> dict[str, Any]:
    """Give an entry the answer that Chromium writes down, its own error in the field that it has for it."""
    response = {"status": status, "statusText": "", "headers": lines(headers), "content": {"size": 0}, "_error": error}
    return {**entry, "response": response}


def har(*entries: Any) -> str:
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "WebInspector"}, "pages": [], "entries": entries}})


def drafts(*entries: Any) -> list[Draft]:
    return [recorded.draft for recorded in read_har(har(*entries)).fetches]


def passed(*entries: Any) -> dict[PassedOver, int]:
    return read_har(har(*entries)).passed


def test_fetches_from_one_origin_to_another() -> None:
    found = drafts(
        request(**APP, X_A="1", User_Agent="x"),
        with_cookie(request("POST", **APP)),
        request(Referer="https://app.test/page"),
        request(**{":authority": "api.test"}, Origin="null"),
    )
    assert found == [
        Draft(url=URL, origin="https://app.test", headers=(("X-A", "1"),)),
        Draft(url=URL, origin="https://app.test", method="POST", credentials=True),
        Draft(url=URL, origin="https://app.test"),
        Draft(url=URL, origin="null"),
    ]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (request(), PassedOver.SAME_ORIGIN),
        (request(Origin="https://api.test"), PassedOver.SAME_ORIGIN),
        (request(Referer="https://api.test/"), PassedOver.SAME_ORIGIN),
        (request(Referer="https://app.test/", Sec_Fetch_Mode="no-cors"), PassedOver.NO_CORS),
        (request(Referer="https://app.test/", Sec_Fetch_Mode="navigate"), PassedOver.NO_CORS),
        (of_kind("image", request(Referer="https://app.test/")), PassedOver.NO_CORS),
        (of_kind("document", request("POST", **APP)), PassedOver.NO_CORS),
        (request(url="data:,x", **APP), PassedOver.NOT_HTTP),
        (request(url="blob:https://app.test/1", **APP), PassedOver.NOT_HTTP),
        (request(url="wss://api.test/", **APP), PassedOver.NOT_HTTP),
        (of_kind("websocket", request(**APP)), PassedOver.NOT_HTTP),
        (request(**APP, Upgrade="websocket"), PassedOver.NOT_HTTP),
        (request(url="https://", **APP), PassedOver.NOT_HTTP),
    ],
)
def test_what_is_no_fetch_to_check_is_counted(entry: dict[str, Any], reason: PassedOver) -> None:
    assert drafts(entry) == []
    assert passed(entry) == {reason: 1}


def test_a_font_of_another_origin_is_fetched_with_cors() -> None:
    assert drafts(of_kind("font", request(**APP))) == [Draft(url=URL, origin="https://app.test")]


def test_a_preflight_stands_for_its_request_where_that_is_missing() -> None:
    unsent = Draft(url=URL, origin="https://app.test", method="PUT", headers=(("x-a", None),))
    assert drafts(request("OPTIONS", **ASKED)) == [unsent]
    both = (of_kind("preflight", request("OPTIONS", **ASKED)), of_kind("fetch", request("PUT", **APP, X_A="1")))
    assert drafts(*both) == [Draft(url=URL, origin="https://app.test", method="PUT", headers=(("X-A", "1"),))]
    assert passed(*both) == {PassedOver.PREFLIGHT: 1}


def test_the_same_fetch_is_told_once() -> None:
    assert len(drafts(request(**APP), request(**APP))) == 1
    assert passed(request(**APP), request(**APP)) == {PassedOver.REPEATED: 1}


def test_what_came_of_a_fetch_is_read() -> None:
    asked = answered(request("OPTIONS", **ASKED), 204, Vary="Origin")
    (recorded,) = read_har(har(asked, answered(request("PUT", **APP, X_A="1"), 200, Vary="A\nB"))).fetches
    assert recorded.preflight == Served(status=204, headers=(("vary", "Origin"),))
    assert recorded.actual == Served(status=200, headers=(("vary", "A"), ("vary", "B")))
    assert recorded.failed is None


@pytest.mark.parametrize(
    ("entry", "failed"),
    [
        (answered(request(**APP), 0, "net::ERR_FAILED"), "net::ERR_FAILED"),
        (answered(request(**APP), 0), "no answer"),
        (answered(request(**APP), -1), "no answer"),
        ({**request(**APP), "response": None}, None),
        (request(**APP), None),
    ],
)
def test_a_fetch_without_an_answer(entry: dict[str, Any], failed: str | None) -> None:
    (recorded,) = read_har(har(entry)).fetches
    assert recorded == Recorded(draft=Draft(url=URL, origin="https://app.test"), failed=failed)


@pytest.mark.parametrize(
    "entry", [None, [], {}, {"request": {}}, {"request": {"method": "GET", "url": URL, "headers": [{}]}}]
)
def test_an_entry_that_cannot_be_read_is_counted(entry: Any) -> None:
    assert len(drafts(entry, request(**APP))) == 1
    assert passed(entry, request(**APP)) == {PassedOver.UNREADABLE: 1}


def test_what_was_passed_over_in_words() -> None:
    recording = read_har(har(request(), request(url="data:,x"), request(), {}))
    assert list(passed_in_words(recording, unplanned=2)) == [
        "3 unreadable",
        "2 of a page's own origin",
        "1 not HTTP (`data:`, `blob:`, WebSockets, …)",
    ]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"log": {"entries": [{}]}}', '{"log": {"entries": [{"request": 1}]}}', '{"log": 1}']
)
def test_what_is_no_recording(text: str) -> None:
    with pytest.raises(ValueError, match="not a HAR file"):
        read_har(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"log":', "it is no JSON, at line 1, column 8"),
        ("[" * 200_000, "nested too deeply"),
        ("9" * 5000, "a number in it is too long"),
        ('{"log": {"entries": {}}}', "there is no list"),
    ],
)
def test_each_fault_of_a_recording_is_told_as_it_is(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_har(text)


def test_a_header_that_is_null_is_no_origin() -> None:
    entry = {"request": {"method": "GET", "url": URL, "headers": [{"name": "Origin", "value": None}]}}
    assert passed(entry, request(**APP)) == {PassedOver.UNREADABLE: 1}
