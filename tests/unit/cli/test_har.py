import json
from typing import Any

import pytest

from crossgate.cli.har import read_har
from crossgate.cli.planning import Draft

APP = {"Origin": "https://app.test"}
URL = "https://api.test/a"


def request(method: str = "GET", url: str = URL, **headers: str) -> dict[str, Any]:
    named = [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]
    return {"request": {"method": method, "url": url, "headers": named, "cookies": []}}


def with_cookie(entry: dict[str, Any]) -> dict[str, Any]:
    entry["request"]["cookies"] = [{}]
    return entry


def har(*entries: dict[str, Any]) -> str:
    return json.dumps({"log": {"version": "1.2", "entries": entries}})


def test_fetches_from_one_origin_to_another() -> None:
    found = read_har(
        har(
            request(**APP, X_A="1", User_Agent="x"),
            with_cookie(request("POST", **APP)),
            request(Referer="https://app.test/page"),
            request(**{":authority": "api.test"}, Origin="null"),
        )
    )
    assert found == [
        Draft(url=URL, origin="https://app.test", headers=(("X-A", "1"),)),
        Draft(url=URL, origin="https://app.test", method="POST", credentials=True),
        Draft(url=URL, origin="https://app.test"),
        Draft(url=URL, origin="null"),
    ]


@pytest.mark.parametrize(
    "entry",
    [
        request(),
        request(Origin="https://api.test"),
        request(Referer="https://api.test/"),
        request(Referer="https://app.test/", Sec_Fetch_Mode="no-cors"),
        request(Referer="https://app.test/", Sec_Fetch_Mode="navigate"),
        request(url="data:,x", **APP),
    ],
)
def test_what_has_no_cors(entry: dict[str, Any]) -> None:
    assert read_har(har(entry)) == []


def test_a_preflight_stands_for_its_request_where_that_is_missing() -> None:
    asked = {**APP, "Access_Control_Request_Method": "PUT", "Access_Control_Request_Headers": "x-a"}
    unsent = Draft(url=URL, origin="https://app.test", method="PUT", headers=(("x-a", None),))
    assert read_har(har(request("OPTIONS", **asked))) == [unsent]
    sent = read_har(har(request("OPTIONS", **asked), request("PUT", **APP, X_A="1")))
    assert sent == [Draft(url=URL, origin="https://app.test", method="PUT", headers=(("X-A", "1"),))]


def test_the_same_fetch_is_told_once() -> None:
    assert len(read_har(har(request(**APP), request(**APP)))) == 1


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"log": {"entries": [{}]}}', '{"log": {"entries": [{"request": 1}]}}']
)
def test_what_is_no_recording(text: str) -> None:
    with pytest.raises(ValueError, match="not a HAR file"):
        read_har(text)
