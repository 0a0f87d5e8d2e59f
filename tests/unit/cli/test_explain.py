from typing import Any

from crossgate.browser.planned import PlannedFetch
from crossgate.cli.explain import to_json
from tests.unit.cli.configurations import SERVICE, checked, configuration

APP = "https://app.test"


def explained(fetch: PlannedFetch) -> dict[str, Any]:
    return to_json(checked(fetch, configuration(SERVICE)))


def test_a_fetch_that_is_allowed() -> None:
    headers = (("X-A", "1"), ("Cookie", "a=b"))
    found = explained(PlannedFetch(origin=APP, url="http://h/orders", method="PUT", headers=headers))
    assert found["schema"] == "crossgate.check/1"
    assert (found["verdict"], found["reason"]) == ("allowed", None)
    assert found["fetch"] == {
        "origin": APP,
        "browsers_send": APP,
        "url": "http://h/orders",
        "written": "http://h/orders",
        "method": "PUT",
        "headers": ["X-A"],
        "credentials": False,
        "mode": "cors",
    }
    assert (found["advice"], found["browser"]) == (None, "standard")
    assert {name: each["verdict"] for name, each in found["browsers"].items()} == dict.fromkeys(
        ("standard", "chromium", "firefox", "safari"), "allowed"
    )
    assert found["browsers"]["safari"]["remembered"] == 5
    assert found["page"] == {"type": "cors", "status": 200, "readable": []}
    preflight, actual = found["exchanges"]
    assert (preflight["kind"], actual["kind"]) == ("preflight", "actual")
    assert preflight["request"]["headers"][-1] == ["access-control-request-headers", "x-a"]
    assert actual["because"] == {"message": f"the origin is `{APP}`", "file": "a.yaml", "line": 10, "column": 15}
    assert (actual["listener"], actual["outcome"], actual["action"]) == ("kong", "actual-allowed", "forward")


def test_a_fetch_that_is_blocked() -> None:
    found = explained(PlannedFetch(origin="https://b.test", url="http://h/orders"))
    assert found["verdict"] == "blocked"
    assert found["reason"] == {
        "step": "cors-check",
        "message": "the answer has no `Access-Control-Allow-Origin`",
        "code": "allow-origin-missing",
        "standard": {
            "step": "CORS check, step 2",
            "url": "https://fetch.spec.whatwg.org/#concept-cors-check",
        },
        "console": {"chromium": "MissingAllowOriginHeader", "firefox": "CORSMissingAllowOrigin2"},
    }
    assert found["page"] == {"type": "error", "status": 0, "readable": []}
    assert found["advice"] == []
    (exchange,) = found["exchanges"]
    assert not exchange["passed"]
    *_, passed_over, decided = exchange["rows"]
    assert passed_over == {
        "row": "actual-allowed",
        "decided": False,
        "conditions": [
            {
                "condition": r"the origin is one of `https://app.test` and `https://[a-z]+\.example\.test`",
                "holds": False,
                "file": "a.yaml",
                "line": 10,
                "column": 15,
            }
        ],
    }
    assert decided == {"row": "actual-refused", "decided": True, "conditions": []}


def test_where_nothing_applied_there_is_null() -> None:
    (exchange,) = explained(PlannedFetch(origin=APP, url="http://h/nowhere"))["exchanges"]
    assert (exchange["route"], exchange["policy"], exchange["rows"]) == (None, None, [])
    (exchange,) = explained(PlannedFetch(origin=APP, url="http://h/%00"))["exchanges"]
    assert exchange["listener"] is None
    assert exchange["because"]["message"].startswith("the request is refused before any route is looked for")
