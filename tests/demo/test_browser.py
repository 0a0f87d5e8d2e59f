"""The demonstration's page in a real Chromium: what the browser lets it see, and whether Crossgate had said so.

What a browser does can't be had from anywhere else: these tests are what the browser model is measured with.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from crossgate.cli import main
from tests.demo.conftest import Start
from tests.demo.harness import FREE, RunningDemo, origins_in
from tests.demo.webdriver import Browser

EXAMPLES = Path(__file__).parents[2] / "examples" / "demo"
WRITTEN_ORIGIN = "http://localhost:8088"
GATEWAYS = {"kgateway": "kgateway-system/http/http", "higress": "higress", "kong": "kong"}

READ_TRIALS = """
    return Object.fromEntries([...document.querySelectorAll("article")].map((article) => [article.id, {
        ...article.dataset,
        answer: article.querySelector(".answer").textContent,
        detail: article.querySelector(".detail").textContent,
        request: article.querySelector(".request").textContent,
    }]));
"""

BLOCKED = {
    "kgateway-refused-header",
    "kgateway-refused-method",
    "kgateway-missed-preflight",
    "higress-partner",
    "higress-refused-header",
    "higress-refused-method",
    "kong-partner",
    "kong-refused-header",
    "kong-refused-method",
    "kong-missed-preflight",
}

UPSTREAM_GRANTS = "kgateway-partner"
"""What the policy refuses and the upstream grants, which `check` can't know."""

Trials = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def origins(demo: RunningDemo) -> tuple[str, str]:
    demo.ready()
    return origins_in(demo.guide())


def run_all(browser: Browser, origin: str) -> Trials:
    """Visit the page under an origin and press `Run all`; return what became of each fetch."""
    browser.open(f"{origin}/")
    browser.wait_for("html[data-ready]")
    browser.click("#run-all")
    browser.wait_for("#run-all:not(:disabled)")
    found: Trials = browser.run(READ_TRIALS)
    return found


@pytest.fixture(scope="module")
def plan(browser: Browser, origins: tuple[str, str]) -> dict[str, Any]:
    """Ask for the plan as the page does."""
    browser.open(f"{origins[0]}/")
    found: dict[str, Any] = browser.run("return fetch('plan.json').then((response) => response.json())")
    return found


@pytest.fixture(scope="module")
def trials(demo: RunningDemo, browser: Browser, plan: dict[str, Any], origins: tuple[str, str]) -> Trials:
    found = run_all(browser, origins[0])
    for gateway in GATEWAYS:
        # The last path to be fetched: a gateway's log comes in order, though not at once.
        demo.wait_until_logged(authority=authority_of(plan, gateway), path="/post", origin=origins[0])
    return found


def test_every_fetch_ends_as_crossgate_expected(trials: Trials, browser: Browser) -> None:
    assert len(trials) == 27
    assert {name: trial["agrees"] for name, trial in trials.items()} == dict.fromkeys(trials, "true")
    assert browser.run("return document.querySelector('#summary').textContent") == "27 of 27 as Crossgate expected."


def test_the_browser_blocks_what_is_refused_and_nothing_else(trials: Trials) -> None:
    assert {name for name, trial in trials.items() if trial["outcome"] == "blocked"} == BLOCKED
    assert {trial["outcome"] for name, trial in trials.items() if name not in BLOCKED} == {"allowed"}


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_an_allowed_answer_is_readable(trials: Trials, origins: tuple[str, str], gateway: str) -> None:
    trial = trials[f"{gateway}-simple"]

    assert (trial["outcome"], trial["status"]) == ("allowed", "200 OK")
    assert f'"Origin": "{origins[0]}"' in trial["answer"]
    assert f"Origin: {origins[0]}" in trial["request"]


@pytest.mark.parametrize("gateway", ["higress", "kong"])
def test_of_a_refused_answer_nothing_is_readable(trials: Trials, gateway: str) -> None:
    trial = trials[f"{gateway}-partner"]

    assert (trial["outcome"], trial["status"], trial["answer"]) == ("blocked", "", "")
    assert "TypeError: Failed to fetch" in trial["detail"]


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_custom_header_makes_a_preflight_reach_the_gateway(
    demo: RunningDemo, trials: Trials, plan: dict[str, Any], origins: tuple[str, str], gateway: str
) -> None:
    authority = authority_of(plan, gateway)
    logged = [
        (line["method"], line["outcome"], line["status"])
        for line in demo.logged(authority=authority, path="/anything/order", origin=origins[0])
        if line["outcome"] in ("preflight-allowed", "actual-allowed")
    ]

    assert trials[f"{gateway}-custom-header"]["outcome"] == "allowed"
    assert logged[:2] == [("OPTIONS", "preflight-allowed", 200), ("POST", "actual-allowed", 200)]


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_plain_get_has_no_preflight(
    demo: RunningDemo, trials: Trials, plan: dict[str, Any], origins: tuple[str, str], gateway: str
) -> None:
    del trials
    logged = demo.logged(authority=authority_of(plan, gateway), path="/get", origin=origins[0])

    assert [line["method"] for line in logged] == ["GET"]


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_after_a_refused_preflight_the_request_is_never_sent(
    demo: RunningDemo, trials: Trials, plan: dict[str, Any], origins: tuple[str, str], gateway: str
) -> None:
    del trials
    logged = demo.logged(authority=authority_of(plan, gateway), path="/anything/order", origin=origins[0])

    assert sorted(line["method"] for line in logged) == ["OPTIONS", "OPTIONS", "OPTIONS", "POST"]


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_cookie_travels_with_credentials(trials: Trials, gateway: str) -> None:
    assert '"crossgate-demo": "hello"' in trials[f"{gateway}-credentials"]["answer"]
    assert "crossgate-demo" not in trials[f"{gateway}-simple"]["answer"]


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_response_header_is_readable_only_where_it_is_exposed(trials: Trials, gateway: str) -> None:
    exposed, hidden = trials[f"{gateway}-exposed-header"], trials[f"{gateway}-hidden-header"]

    assert (exposed["header"], hidden["header"]) == ("readable", "hidden")
    assert "\nx-custom-header: for-the-page\n" in exposed["answer"]
    assert "\nx-internal:" not in hidden["answer"]
    assert '"X-Internal": "not-for-the-page"' in hidden["answer"]


def test_the_verdicts_are_those_of_check(
    trials: Trials,
    plan: dict[str, Any],
    origins: tuple[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = files_for(origins[0], tmp_path)
    said = {
        trial["id"]: check(capsys, files, trial, origins[0])
        for experiment in plan["experiments"]
        for trial in experiment["trials"]
    }

    # `check` supposes an upstream that says nothing of CORS, and this one grants what is left to it.
    assert said.pop(UPSTREAM_GRANTS) == "blocked"
    assert said == {name: trial["outcome"] for name, trial in trials.items() if name != UPSTREAM_GRANTS}


def test_check_sees_what_the_upstream_grants_when_it_is_told(
    trials: Trials,
    plan: dict[str, Any],
    origins: tuple[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    request = {
        "id": UPSTREAM_GRANTS,
        "method": "GET",
        "url": f"http://{authority_of(plan, 'kgateway')}/anything/partner",
        "headers": [["Origin", origins[0]]],
        "upstream": {"status": 200, "headers": [["Access-Control-Allow-Origin", origins[0]]]},
    }
    (tmp_path / "requests.jsonl").write_text(json.dumps(request), encoding="utf-8")
    options = ["--listener", GATEWAYS["kgateway"], "--requests", str(tmp_path / "requests.jsonl")]

    with pytest.raises(SystemExit):
        main(["check", str(files_for(origins[0], tmp_path)), *options])
    answer = json.loads(capsys.readouterr().out)

    assert answer["outcome"] == "actual-refused"
    assert ["access-control-allow-origin", origins[0]] in answer["response"]["headers"]
    assert trials[UPSTREAM_GRANTS]["outcome"] == "allowed"


def test_from_the_other_origin_policies_admit_nothing(browser: Browser, origins: tuple[str, str]) -> None:
    trials = run_all(browser, origins[1])

    assert {trial["agrees"] for trial in trials.values()} == {"true"}
    theirs = {name: trial["outcome"] for name, trial in trials.items() if not name.startswith("kgateway")}
    assert set(theirs.values()) == {"blocked"}
    # What its policy doesn't match, this gateway leaves to the upstream, which allows everybody.
    assert trials["kgateway-simple"]["outcome"] == "allowed"


def test_one_button_makes_one_fetch(browser: Browser, origins: tuple[str, str]) -> None:
    browser.open(f"{origins[0]}/")
    browser.wait_for("html[data-ready]")

    browser.click("#kong-simple button")
    browser.wait_for("#kong-simple[data-outcome]")

    trials = browser.run(READ_TRIALS)
    assert {name: trial["outcome"] for name, trial in trials.items() if "outcome" in trial} == {
        "kong-simple": "allowed"
    }


def test_a_demonstration_that_has_ended_is_not_taken_for_gateways_that_block(start: Start, browser: Browser) -> None:
    demo = start(*FREE)
    demo.ready()
    listed, _ = origins_in(demo.guide())
    browser.open(f"{listed}/")
    browser.wait_for("html[data-ready]")
    assert demo.stop() == 0

    browser.click("#kong-partner button")
    browser.wait_for("#kong-partner[data-outcome]")

    assert browser.run(READ_TRIALS)["kong-partner"]["outcome"] == "ended"


def authority_of(plan: dict[str, Any], gateway: str) -> str:
    """Return host and port under which the page reaches a gateway."""
    url: str = next(item["url"] for item in plan["gateways"] if item["name"].lower() == gateway)
    return url.removeprefix("http://")


def files_for(origin: str, folder: Path) -> Path:
    """Return a copy of the page's files with the origin that the page really has."""
    copies = folder / "files"
    shutil.copytree(EXAMPLES, copies)
    for file in copies.iterdir():
        file.write_text(file.read_text(encoding="utf-8").replace(WRITTEN_ORIGIN, origin), encoding="utf-8")
    return copies


def check(capsys: pytest.CaptureFixture[str], files: Path, trial: dict[str, Any], origin: str) -> str:
    """Return what `crossgate check` says of a fetch of the page."""
    arguments = ["check", str(files), "--format", "json", "--url", trial["url"], "--origin", origin]
    arguments += ["--method", trial["method"], "--listener", GATEWAYS[trial["gateway"].lower()]]
    arguments += [argument for pair in trial["headers"] for argument in ("--request-header", ": ".join(pair))]
    arguments += ["--credentials"] if trial["credentials"] else []
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    verdict: str = json.loads(capsys.readouterr().out)["verdict"]
    assert ended.value.code == {"allowed": 0, "blocked": 1}[verdict]
    return verdict
