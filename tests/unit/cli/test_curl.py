import shlex

import pytest

from crossgate.browser.planned import PlannedFetch
from crossgate.cli.curl import curl_command, read_curl
from crossgate.cli.planning import Draft
from tests.unit.cli.configurations import SERVICE, checked, configuration

URL = "https://api.test/a"
ASKING = """\
-X OPTIONS -H 'Origin: https://app.test' -H 'Access-Control-Request-Method: PUT' \
-H 'Access-Control-Request-Headers: x-a,x-b'"""
COPIED = r"""curl 'https://api.test/a?b=1' \
  -X 'PUT' \
  -H 'accept: */*' \
  -H 'accept-language: en-US,en;q=0.9' \
  -H 'content-type: application/json' \
  -b 'session=1' \
  -H 'origin: https://app.test' \
  -H 'priority: u=1, i' \
  -H 'referer: https://app.test/page' \
  -H 'sec-ch-ua: "Chromium";v="156"' \
  -H 'user-agent: Mozilla/5.0' \
  -H 'x-token: it'\''s' \
  --data-raw $'{"a":"\u0021\'\n"}' --compressed ;
"""


def test_what_developer_tools_copy() -> None:
    assert read_curl(COPIED.replace(" ;", "")) == Draft(
        url="https://api.test/a?b=1",
        origin="https://app.test",
        method="PUT",
        headers=(("content-type", "application/json"), ("x-token", "it's")),
        credentials=True,
    )


@pytest.mark.parametrize(
    ("arguments", "draft"),
    [
        (URL, Draft(url=URL)),
        ("api.test/a", Draft(url="http://api.test/a")),
        (f"--url {URL} -sSL", Draft(url=URL)),
        (f"-XDELETE {URL}", Draft(url=URL, method="DELETE")),
        (f"-siXPUT {URL} -o /dev/null", Draft(url=URL, method="PUT")),
        (f"--request=PATCH {URL} -m 5", Draft(url=URL, method="PATCH")),
        (f"-I {URL}", Draft(url=URL, method="HEAD")),
        (
            f"-d a=b {URL}",
            Draft(url=URL, method="POST", headers=(("Content-Type", "application/x-www-form-urlencoded"),)),
        ),
        (f"--json {{}} {URL}", Draft(url=URL, method="POST", headers=(("Content-Type", "application/json"),))),
        (f"-F a=b {URL}", Draft(url=URL, method="POST", headers=(("Content-Type", "multipart/form-data"),))),
        (f"-G -d a=b {URL}", Draft(url=URL)),
        (f"-u a:b {URL}", Draft(url=URL, headers=(("Authorization", "Basic"),))),
        (f"-e https://app.test/x {URL}", Draft(url=URL, origin="https://app.test")),
        (
            f"{ASKING} {URL}",
            Draft(url=URL, origin="https://app.test", method="PUT", headers=(("x-a", None), ("x-b", None))),
        ),
    ],
)
def test_a_command_stands_for_a_fetch(arguments: str, draft: Draft) -> None:
    assert read_curl(f"curl {arguments}") == draft


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "begins with `curl`"), ("wget x", "begins with"), ("curl -s", "no URL"), ("curl '", "quot")],
)
def test_what_is_no_command(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_curl(text)


def test_the_commands_that_show_the_same() -> None:
    fetch = PlannedFetch(
        origin="https://app.test", url="http://h/orders?a&b", method="PUT", headers=(("X-A", "it's"), ("Accept", None))
    )
    preflight, actual = map(curl_command, checked(fetch, configuration(SERVICE)).verdict.exchanges)
    assert shlex.split(preflight) == [
        *("curl", "-si", "-X", "OPTIONS", "http://h/orders?a&b", "-H", "Origin: https://app.test"),
        *("-H", "Access-Control-Request-Method: PUT", "-H", "Access-Control-Request-Headers: x-a"),
    ]
    assert shlex.split(actual)[2:] == [
        *("-X", "PUT", "http://h/orders?a&b", "-H", "Origin: https://app.test", "-H", "X-A: it's", "-H", "Accept;")
    ]


@pytest.mark.parametrize(("method", "words"), [("GET", []), ("HEAD", ["--head"])])
def test_the_command_of_a_plain_fetch(method: str, words: list[str]) -> None:
    fetch = PlannedFetch(origin="https://app.test", url="http://h/orders", method=method, credentials=True)
    (actual,) = map(curl_command, checked(fetch, configuration(SERVICE)).verdict.exchanges)
    assert shlex.split(actual) == [
        *("curl", "-si", *words, "http://h/orders", "-H", "Origin: https://app.test", "-b", "NAME=VALUE")
    ]
