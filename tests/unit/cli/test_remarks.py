import pytest

from crossgate.browser.planned import PlannedFetch
from crossgate.cli.remarks import page_remark, remarks

URL = "https://api.test/a"
APP = "https://app.test"


@pytest.mark.parametrize(
    ("fetch", "found"),
    [
        (PlannedFetch(origin=APP, url=URL), []),
        (PlannedFetch(origin=f"{APP}/", url=URL), ["origin-never-sent"]),
        (PlannedFetch(origin=APP, url=URL, headers=(("Cookie", "a"),)), ["header-ignored"]),
        (PlannedFetch(origin=APP, url="http://api.test/"), ["mixed-content"]),
        (PlannedFetch(origin=APP, url="http://localhost:8000/"), []),
        (PlannedFetch(origin=APP, url="http://127.0.0.1:8000/"), []),
        (PlannedFetch(origin="http://app.test", url="http://api.test/"), []),
        (PlannedFetch(origin="moz-extension://a-1", url=URL), ["extension-origin"]),
    ],
)
def test_what_browsers_do_not_do(fetch: PlannedFetch, found: list[str]) -> None:
    assert [remark.id for remark in remarks([fetch])] == found


@pytest.mark.parametrize(
    ("page", "hints"),
    [
        (None, []),
        ("https://app.test/", []),
        ("chrome-extension://abc/", []),
        ("file:///a.html", [None]),
        ("capacitor://localhost/", ["an app that serves `capacitor:` itself may send an origin: write `--origin`"]),
    ],
)
def test_a_page_of_no_origin_of_its_own(page: str | None, hints: list[str | None]) -> None:
    assert [remark.hint for remark in page_remark(page)] == hints
