"""What programs read: the keys of the contract, to which others may only be added."""

import json
from pathlib import Path
from typing import Any

import pytest

from crossgate.cli.explain import SCHEMA
from crossgate.cli.policies import SCHEMA as POLICIES
from crossgate.model.attachments import Standing
from crossgate.model.table import Outcome
from tests.cli.transcript import read

PLACE = {"file", "line", "column"}
FINDING = {"severity", "contained", "id", "message", *PLACE, "endLine", "endColumn", "hint", "related"}
EXPLANATION = {"schema", "verdict", "reason", "fetch", "exchanges", "page", "browser", "browsers", "advice"}
FETCH = {"origin", "url", "method", "headers", "credentials"}
EXCHANGE = {
    "kind",
    "request",
    "listener",
    "route",
    "policy",
    "outcome",
    "because",
    "action",
    "response",
    "passed",
    "rows",
}

TRANSCRIPTS = {
    path.stem: read(path.read_text(encoding="utf-8"))
    for path in sorted(Path(__file__).with_name("transcripts").glob("*.txt"))
    if "--format json" in path.read_text(encoding="utf-8").partition("\n")[0]
}
PRINTED = [name for name in TRANSCRIPTS if TRANSCRIPTS[name].printed.stdout.startswith("{\n")]
RECORDED = [name for name in PRINTED if " --har " in TRANSCRIPTS[name].given]
LISTED = [name for name in PRINTED if " --policies" in TRANSCRIPTS[name].given]
CHECKED = [name for name in PRINTED if TRANSCRIPTS[name].arguments[0] == "check"]
EXPLAINED = [name for name in CHECKED if name not in (*RECORDED, *LISTED)]
OTHERS = {
    "crossgate.diff/1": {"cells", "places", "equal", "alike", "unsettled", "not_compared", "differences"},
    "crossgate.test/1": {"cases", "failed", "results", "coverage"},
}


def explanation(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(TRANSCRIPTS[name].printed.stdout)
    return found


@pytest.mark.parametrize("name", RECORDED)
def test_a_recording_is_explained_fetch_by_fetch(name: str) -> None:
    found = explanation(name)
    assert set(found) >= {"schema", "verdict", "fetches"}
    assert found["fetches"]
    assert all(set(fetch) >= EXPLANATION for fetch in found["fetches"])


@pytest.mark.parametrize("name", LISTED)
def test_policies_are_listed_route_by_route(name: str) -> None:
    found = explanation(name)
    assert found["schema"] == POLICIES == "crossgate.policies/1"
    assert set(found) >= {"schema", "routes", "unattached"}
    for route in found["routes"]:
        assert set(route) >= {"route", "listener", "policies", *PLACE}
        for policy in route["policies"]:
            assert set(policy) >= {"policy", "level", "standing", "reason", "by", *PLACE}
            assert policy["standing"] in set(Standing)
    assert all(set(loose) >= {"policy", "reason", *PLACE} for loose in found["unattached"])


def test_there_are_all_kinds() -> None:
    assert {explanation(name)["verdict"] for name in EXPLAINED} == {"allowed", "blocked"}
    kinds = {exchange["kind"] for name in EXPLAINED for exchange in explanation(name)["exchanges"]}
    assert kinds == {"preflight", "actual"}
    assert any(not transcript.printed.stdout for transcript in TRANSCRIPTS.values())


@pytest.mark.parametrize("name", EXPLAINED)
def test_an_explanation(name: str) -> None:
    found = explanation(name)
    assert set(found) >= EXPLANATION
    assert found["schema"] == SCHEMA == "crossgate.check/1"
    assert (found["reason"] is None) == (found["verdict"] == "allowed")
    assert found["reason"] is None or set(found["reason"]) >= {"step", "message", "code", "standard", "console"}
    assert set(found["fetch"]) >= FETCH
    assert TRANSCRIPTS[name].printed.code == (0 if found["verdict"] == "allowed" else 1)


@pytest.mark.parametrize("name", EXPLAINED)
def test_exchanges(name: str) -> None:
    exchanges = explanation(name)["exchanges"]
    for exchange in exchanges:
        assert set(exchange) >= EXCHANGE
        assert set(exchange["request"]) >= {"method", "url", "headers"}
        assert set(exchange["response"]) == {"status", "headers", "body"}
        assert exchange["outcome"] in set(Outcome)
        assert exchange["action"] in {"forward", "respond"}
        for key in ("route", "policy"):
            assert exchange[key] is None or set(exchange[key]) >= {"name", *PLACE}
        assert exchange["because"] is None or set(exchange["because"]) >= {"message", *PLACE}
    assert [exchange["passed"] for exchange in exchanges[:-1]] == [True] * len(exchanges[:-1])


@pytest.mark.parametrize("name", EXPLAINED)
def test_the_last_row_that_was_tried_decided(name: str) -> None:
    for exchange in explanation(name)["exchanges"]:
        rows = exchange["rows"]
        assert [row["decided"] for row in rows] == [False] * (len(rows) - 1) + [True] * bool(rows)
        for row in rows:
            assert set(row) >= {"row", "decided", "conditions"}
            assert all(set(condition) >= {"condition", "holds", *PLACE} for condition in row["conditions"])
            assert all(condition["holds"] for condition in row["conditions"]) == row["decided"]


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_findings_are_an_object_a_line(name: str) -> None:
    printed = TRANSCRIPTS[name].printed
    findings = [json.loads(line) for line in printed.stderr.splitlines()]
    assert all(set(finding) >= FINDING for finding in findings)
    assert ("error" in {finding["severity"] for finding in findings}) == (printed.code == 2)


@pytest.mark.parametrize("command", ["diff", "test"])
def test_other_commands_name_their_schema(command: str) -> None:
    printed = [explanation(name) for name in PRINTED if TRANSCRIPTS[name].arguments[0] == command]
    assert printed
    for found in printed:
        assert set(found) == {"schema", *OTHERS[found["schema"]]}
