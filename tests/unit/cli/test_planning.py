import click
import pytest

from crossgate.browser.planned import PlannedFetch
from crossgate.cli.drafts import Draft
from crossgate.cli.planning import Options, planned

URL = "https://api.test/a"
APP = "https://app.test"


def test_a_fetch_as_options_have_it() -> None:
    options = Options(url=URL, origin=APP, method="put", headers=("X-A: 1", "Accept"), credentials=True)
    assert planned(options) == PlannedFetch(
        origin=APP, url=URL, method="PUT", headers=(("X-A", "1"), ("Accept", None)), credentials=True
    )


@pytest.mark.parametrize(
    ("page", "origin"),
    [("https://App.test:443/a?b", APP), ("http://[::1]:3000/", "http://[::1]:3000"), ("file:///a.html", "null")],
)
def test_a_page_has_an_origin(page: str, origin: str) -> None:
    assert planned(Options(url=URL, page=page)).origin == origin


def test_options_say_more_than_a_draft() -> None:
    draft = Draft(url=URL, origin=APP, method="POST", headers=(("X-A", "1"),))
    assert planned(Options(), draft) == PlannedFetch(origin=APP, url=URL, method="POST", headers=(("X-A", "1"),))
    more = Options(url="https://b.test/", origin="null", method="GET", headers=("X-B: 2",), credentials=True)
    assert planned(more, draft) == PlannedFetch(
        origin="null", url="https://b.test/", headers=(("X-A", "1"), ("X-B", "2")), credentials=True
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (Options(url=URL), "write `--origin` or `--page`"),
        (Options(origin=APP), "write `--url`"),
        (Options(url=URL, origin=APP, page=APP), "leave one of them out"),
        (Options(url=URL, page="a b"), "`a b` is not a URL"),
        (Options(url="ftp://a", origin=APP), "not an absolute http or https URL"),
        (Options(url="/a", origin=APP), "`/a` is not an absolute http or https URL$"),
        (Options(url="localhost:80/a", origin=APP), "URL, write `http://localhost:80/a`"),
        (Options(url="api.test/a", origin=APP), "URL, write `http://api.test/a`"),
        (Options(url="http://a b/", origin=APP), "no valid host"),
        (Options(url=URL, origin="app"), r"is no origin, write SCHEME://HOST\[:PORT\]$"),
        (Options(url=URL, origin=f"{APP}/a"), "or the page's URL as `--page`"),
        (Options(url=URL, origin=APP, method="a b"), "is no method"),
        (Options(url=URL, origin=APP, headers=("a b",)), "is no header name"),
        (Options(url=URL, origin=APP, headers=("a: \x01",)), "no header can have"),
    ],
)
def test_what_nobody_can_plan(options: Options, message: str) -> None:
    with pytest.raises(click.UsageError, match=message):
        planned(options)


@pytest.mark.parametrize("header", [("", ""), ("X-A", "a\r\nb"), ("a b", None)])
def test_nobody_can_plan_the_headers_of_a_draft_either(header: tuple[str, str | None]) -> None:
    with pytest.raises(click.UsageError, match="header"):
        planned(Options(), Draft(url=URL, origin=APP, headers=(header,)))
