from crossgate.advice.page import page_changes
from crossgate.browser.planned import PlannedFetch


def test_what_a_page_can_do_otherwise() -> None:
    fetch = PlannedFetch(origin="https://app.test", url="http://a:b@h/x?y", method="patch")
    shouted, bare = page_changes(fetch)
    assert (shouted[1].method, shouted[1].url) == ("PATCH", fetch.url)
    assert (bare[1].method, bare[1].url) == ("patch", "http://h/x?y")


def test_most_pages_do_well() -> None:
    assert list(page_changes(PlannedFetch(origin="https://app.test", url="http://h/", method="PATCH"))) == []
