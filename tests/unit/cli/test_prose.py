import yaml

from crossgate.browser.planned import PlannedFetch
from crossgate.cli.prose import to_text
from tests.unit.cli.configurations import SERVICE, checked, configuration


def explained(fetch: PlannedFetch, text: str = SERVICE, *, colour: bool = False) -> str:
    return to_text(checked(fetch, configuration(text)), colour=colour)


def planned(origin: str = "https://app.test", method: str = "GET", path: str = "/orders") -> PlannedFetch:
    return PlannedFetch(origin=origin, url=f"http://orders.test{path}", method=method)


def test_the_verdict_comes_first_with_its_reasons_below() -> None:
    verdict, browser, standard, console, gateway, *_ = explained(planned("https://b.test", "PUT")).splitlines()
    assert verdict == "blocked: PUT http://orders.test/orders from https://b.test"
    assert browser == "  browser: the preflight's answer has no `Access-Control-Allow-Origin`; the PUT is never sent"
    assert standard == "  standard: CORS check, step 2, https://fetch.spec.whatwg.org/#concept-cors-check"
    assert console == "  console: Chromium `PreflightMissingAllowOriginHeader`, Firefox `CORSMissingAllowOrigin2`"
    assert gateway.startswith("  gateway: preflight-refused, because the origin is none of ")
    assert gateway.endswith(" (a.yaml:10:15)")


def test_all_that_led_to_an_answer_is_named() -> None:
    lines = explained(planned("https://b.test", "PUT")).splitlines()
    assert "  route     Route/orders (a.yaml:15:15)" in lines
    assert "  policy    Plugin/own (a.yaml:9:11)" in lines
    assert "    yes  preflight-refused" in lines


def test_a_list_that_lacks_something_is_named_by_its_line() -> None:
    assert "does not list `DELETE` (a.yaml:12:21)" in explained(planned(method="DELETE"))


def test_a_route_that_only_the_preflight_misses_is_noted() -> None:
    fetch = PlannedFetch(
        origin="https://app.test", url="http://h/nowhere", method="POST", headers=(("Content-Type", None),)
    )
    note = "  note: the POST itself matches `Route/post-only` (a.yaml:17:15), which its preflight misses"
    assert note in explained(fetch).splitlines()
    assert "note:" not in explained(planned(path="/nowhere"))


def test_within_one_origin_the_browser_checks_nothing() -> None:
    text = explained(planned("http://orders.test"))
    assert text.startswith("allowed: ")
    assert "  browser: page and URL have one origin, so it makes no CORS check" in text.splitlines()


def test_colours_only_where_they_are_wanted() -> None:
    plain = explained(planned())
    assert "\x1b" not in plain
    assert explained(planned(), colour=True) == plain.replace("allowed", "\x1b[32m\x1b[1mallowed\x1b[0m", 1)


def test_a_terminal_obeys_nothing_that_a_file_says() -> None:
    text = SERVICE.replace("paths: [/orders]", 'paths: ["/orders", "~/\\u202e"]')
    assert "\u202e" in yaml.safe_load(text)["services"][0]["routes"][0]["paths"][1]
    shown = explained(planned(origin="https://\u202e"), text)
    assert "https://\\u202e" in shown
    assert "\u202e" not in shown


def test_no_line_ends_in_blanks() -> None:
    fetch = PlannedFetch(origin="https://app.test", url="http://h/orders", headers=(("X-A", None),))
    assert all(line == line.rstrip() for line in explained(fetch).splitlines())
    assert "  > X-A:" in explained(fetch).splitlines()


def test_an_origin_that_no_browser_sends_is_told_with_the_verdict() -> None:
    told = "  origin: no browser sends `https://app.test/`; they send `https://app.test`"
    assert told in explained(planned("https://app.test/")).splitlines()
    assert "no browser sends" not in explained(planned())


def test_with_credentials_a_star_exposes_nothing_more() -> None:
    text = SERVICE.replace(
        "          headers: [X-A]\n", "          credentials: true\n          exposed_headers: [X-B, '*']\n"
    )
    fetch = PlannedFetch(origin="https://app.test", url="http://h/orders", credentials=True)
    (line,) = (line for line in explained(fetch, text).splitlines() if "page reads" in line)
    assert line.endswith("always shares, and `X-B`")
    plain = PlannedFetch(origin="https://app.test", url="http://h/orders")
    assert "every header but cookies" in explained(plain, text)
