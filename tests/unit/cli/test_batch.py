import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.cli import batch
from crossgate.cli.batch import answer_lines
from crossgate.engine.decide import Engine
from crossgate.model.gateway import Certificate, GatewayConfig, Scheme
from crossgate.records import replace
from tests.unit.cli.configurations import SERVICE, configuration

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy

ENGINE = Engine(configuration(SERVICE))
URL = "http://h/orders"


def answers(*lines: object, listener: str | None = None) -> tuple[list[dict[str, Any]], bool]:
    texts = (line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    out = io.StringIO()
    is_fine = answer_lines(ENGINE, io.BytesIO(b"\n".join(texts)), out, listener=listener)
    return [json.loads(line) for line in out.getvalue().splitlines()], is_fine


def answer(**line: object) -> dict[str, Any]:
    (found,), _ = answers(line)
    return found


def test_the_whole_answer() -> None:
    assert answer(
        id="r1",
        method="OPTIONS",
        url=URL,
        headers=[["Origin", "https://app.test"], ["ACCESS-Control-Request-Method", "PUT"]],
    ) == {
        "id": "r1",
        "route": "Route/orders",
        "policy": "Plugin/own",
        "outcome": "preflight-allowed",
        "action": "respond",
        "response": {
            "status": 200,
            "headers": [
                ["access-control-allow-headers", "X-A"],
                ["access-control-allow-methods", "GET,PUT"],
                ["access-control-allow-origin", "https://app.test"],
                ["content-length", "0"],
                ["vary", "Origin"],
            ],
            "body": "",
        },
    }


def test_a_client_of_https_asks_for_the_host_of_its_url() -> None:
    (plain,) = configuration(SERVICE).listeners
    shown = Certificate(names=("h",), chain="c", private_key="k")
    secure = replace(plain, scheme=Scheme.HTTPS, certificates=(shown,))
    out = io.StringIO()
    lines = [{"url": "https://h/orders", "headers": [["Host", "x"]]}, {"url": "https://x/", "headers": [["Host", "h"]]}]
    sent = b"\n".join(json.dumps(line).encode() for line in lines)

    assert not answer_lines(Engine(GatewayConfig(listeners=(secure,))), io.BytesIO(sent), out)
    asked, failed = (json.loads(line) for line in out.getvalue().splitlines())
    assert "outcome" in asked
    assert "handshake fails" in failed["error"]["message"]
    assert "`x`" in failed["error"]["message"]


def test_what_is_left_out_is_a_get_of_an_upstream_that_answers_200() -> None:
    found = answer(url=URL)
    assert found["id"] is None
    assert found["outcome"] == "no-origin"
    assert found["action"] == "forward"
    assert found["response"]["status"] == 200


def test_the_upstream_answers_as_it_is_told() -> None:
    upstream = {
        "status": 404,
        "headers": [["Vary", "Accept"], ["X-B", "2"], ["x-b", "1"], ["Date", "now"]],
        "body": "no",
    }
    found = answer(url=URL, headers=[["origin", "https://app.test"]], upstream=upstream)
    assert found["response"] == {
        "status": 404,
        "headers": [
            ["access-control-allow-origin", "https://app.test"],
            ["vary", "Accept, Origin"],
            ["x-b", "2"],
            ["x-b", "1"],
        ],
        "body": "no",
    }


def test_an_upstream_that_is_null_is_the_usual_one() -> None:
    assert answer(url=URL, upstream=None) == answer(url=URL)


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ({"url": "http://h/nowhere"}, "no-route"),
        ({"url": "http://h/plain"}, "no-policy"),
        ({"url": "http://h/plain", "headers": [["Host", "a b"]]}, "bad-request"),
        ({"url": URL, "method": "A B"}, "bad-request"),
        ({"url": URL, "headers": [["Origin", "a\r\nb"]]}, "bad-request"),
    ],
)
def test_route_and_policy_are_null_where_none_applied(line: dict[str, Any], outcome: str) -> None:
    found = answer(**line)
    assert found["outcome"] == outcome
    assert found["policy"] is None
    assert (found["route"] is None) == (outcome != "no-policy")


@pytest.mark.parametrize("id_", ["r1", "", 1, -1.5, 0, None])
def test_an_id_comes_back(id_: object) -> None:
    assert answer(id=id_, url=URL)["id"] == id_
    assert answer(id=id_)["id"] == id_


BAD = [
    (b"{", "not JSON: "),
    (b"[]", "a line is a JSON object"),
    (b'"a"', "a line is a JSON object"),
    (b"nonsense", "not JSON: expecting value at column 1"),
    (b"\xff", "not UTF-8 at byte 1"),
    (b'{"id": NaN}', "not JSON: `NaN`"),
    (b'{"id": 1e999}', "`id` is a number that JSON cannot write"),
    (b'{"id": true}', "`id` is a string or a number"),
    (b'{"id": []}', "`id` is a string or a number"),
    (b"[" * 100_000, "not JSON that can be read: nested too deeply"),
    (b'{"id": ' + b"9" * 5000 + b"}", "not JSON that can be read: a number has too many digits"),
    (b"{}", "`url` is missing"),
    (b'{"url": 1}', "`url` is a string"),
    (b'{"url": null}', "`url` is a string"),
    (b'{"url": "h"}', "`h` is not an absolute http or https URL"),
    (b'{"url": "http://h:99999/"}', "the URL `http://h:99999/` has no valid host and port"),
    (b'{"url": "http://h", "method": null}', "`method` is a string"),
    (b'{"url": "http://h", "headers": {}}', "`headers` is a list of pairs of strings"),
    (b'{"url": "http://h", "headers": [["a"]]}', "`headers` is a list of pairs of strings"),
    (b'{"url": "http://h", "headers": [["a", 1]]}', "`headers` is a list of pairs of strings"),
    (b'{"url": "http://h", "headers": null}', "`headers` is a list of pairs of strings"),
    (b'{"url": "http://h", "upstream": 1}', "`upstream` is an object"),
    (b'{"url": "http://h", "upstream": {"status": 99}}', "the status of `upstream` is a number from 200 to 599"),
    (b'{"url": "http://h", "upstream": {"status": true}}', "the status of `upstream` is a number from 200 to 599"),
    (b'{"url": "http://h", "upstream": {"body": 1}}', "the body of `upstream` is a string"),
    (b'{"url": "http://h", "upstream": {"headers": ["a"]}}', "`headers of upstream` is a list of pairs of strings"),
]


@pytest.mark.parametrize(("line", "complaint"), BAD, ids=[f"{place}-{text}" for place, (_, text) in enumerate(BAD)])
def test_a_bad_line_is_answered_in_its_place(line: bytes, complaint: str) -> None:
    (before, found, after), is_fine = answers({"id": 1, "url": URL}, line, {"id": 2, "url": URL})
    assert set(found) == {"id", "error"}
    assert found["error"]["message"].startswith(complaint)
    assert (before["id"], after["id"]) == (1, 2)
    assert not is_fine


def test_blank_lines_are_passed_over() -> None:
    found, is_fine = answers(b"", {"id": 1, "url": URL}, b"  \r", {"id": 2, "url": URL}, b"")
    assert [line["id"] for line in found] == [1, 2]
    assert is_fine


def test_a_mark_of_the_byte_order_is_passed_over() -> None:
    (found,), is_fine = answers(b"\xef\xbb\xbf" + json.dumps({"url": URL}).encode())
    assert found["outcome"] == "no-origin"
    assert is_fine


def test_a_line_that_is_too_long_is_answered_and_the_next_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "LONGEST_LINE", 1000)
    fits = json.dumps({"id": "fits", "url": URL, "x": ""}).encode()
    padding = b"x" * (999 - len(fits))
    (first, second, third), is_fine = answers(
        fits.replace(b'""', b'"' + padding + b'"'), b'{"id": "' + b"x" * 5000 + b'"}', {"id": "next", "url": URL}
    )
    assert first["id"] == "fits"
    assert "response" in first
    assert second == {"id": None, "error": {"message": "the line is longer than 1000 bytes"}}
    assert third["id"] == "next"
    assert not is_fine


def test_letters_of_all_kinds_come_back_as_ascii() -> None:
    out = io.StringIO()
    line = '{"id": "é\\ud800\\u2028", "url": "http://h/orders"}\n'.encode()
    assert answer_lines(ENGINE, io.BytesIO(line), out)
    assert out.getvalue().isascii()
    assert json.loads(out.getvalue())["id"] == "é\ud800\u2028"


def test_each_answer_is_flushed() -> None:
    class Out(io.StringIO):
        flushed = 0

        def flush(self) -> None:
            assert self.getvalue().endswith("\n")
            Out.flushed += 1

    assert answer_lines(ENGINE, io.BytesIO(b'{"url": "http://h/orders"}\n' * 3), Out())
    assert Out.flushed == 3


def test_a_listener_can_be_named() -> None:
    (found,), _ = answers({"url": "https://h:1/orders"}, listener="kong")
    assert found["route"] == "Route/orders"


values = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 700) | st.floats() | st.text(max_size=5) | st.just(URL),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from(["id", "method", "url", "headers", "upstream"])
upstreams = st.dictionaries(st.sampled_from(["status", "headers", "body"]), values)


@PATIENTLY
@given(st.dictionaries(keys, values | upstreams | st.lists(st.lists(st.text(max_size=4), min_size=2, max_size=2))))
def test_every_object_has_an_answer(line: dict[str, Any]) -> None:
    (found,), is_fine = answers(line)
    assert ("error" in found) != is_fine
    assert "response" in found or found["error"]["message"]
