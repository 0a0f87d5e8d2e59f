from crossgate.cli.drafts import Draft, draft_of

APP = ("origin", "https://app.test")


def test_what_browsers_add_is_left_out() -> None:
    sent = [APP, (":authority", "h"), ("User-Agent", "x"), ("Accept", "*/*"), ("Sec-Fetch-Mode", "cors"), ("X-A", "1")]
    assert draft_of("https://h/", "GET", sent) == Draft(url="https://h/", origin=APP[1], headers=(("X-A", "1"),))


def test_a_referer_names_the_page_where_no_origin_does() -> None:
    assert draft_of("https://h/", "GET", [("referer", "https://b.test/x")]).origin == "https://b.test"
    assert draft_of("https://h/", "GET", [APP, ("referer", "https://b.test/x")]).origin == "https://app.test"
    assert draft_of("https://h/", "GET", [("referer", "chrome-extension://abc/x")]).origin == "chrome-extension://abc"
    assert draft_of("https://h/", "GET", []).origin is None


def test_a_preflight_stands_for_what_it_asks_for() -> None:
    asked = [("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "x-a, x-b")]
    found = draft_of("https://h/", "OPTIONS", [APP, *asked])
    assert (found.method, found.headers) == ("PUT", (("x-a", None), ("x-b", None)))
