"""Commands that people write, and the forms in which developer tools copy them."""

import pytest

from crossgate.cli.drafts import Draft
from crossgate.cli.pasted_curl import read_curl

URL = "https://api.test/a"
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
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

CMD = r"""curl ^"https://api.test/a?b=1^" ^
  -X ^"PUT^" ^
  -H ^"accept: */*^" ^
  -H ^"content-type: application/json^" ^
  -b ^"session=1^" ^
  -H ^"origin: https://app.test^" ^
  -H ^"sec-ch-ua: ^\^"Chromium^\^";v=^\^"156^\^"^" ^
  -H ^"x-token: it's^" ^
  --data-raw ^"^{^\^"a^\^":1^}^"
"""
FIREFOX = r"""curl 'https://api.test/a?b=1' \
  --compressed \
  -X PUT \
  -H 'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:153.0)' \
  -H 'Accept: */*' \
  -H 'Accept-Encoding: gzip, deflate, br, zstd' \
  -H 'Referer: https://app.test/' \
  -H 'content-type: application/json' \
  -H $'x-token: it\'s' \
  -H 'Origin: https://app.test' \
  -H 'DNT: 1' \
  -H 'Connection: keep-alive' \
  -H 'Cookie: session=1' \
  -H 'TE: trailers' \
  --data-raw $'{"a":"\u0021"}'
"""


@pytest.mark.parametrize("command", [COPIED, CMD, FIREFOX])
def test_what_developer_tools_copy(command: str) -> None:
    assert read_curl(command).drafts == (
        Draft(
            url="https://api.test/a?b=1",
            origin="https://app.test",
            method="PUT",
            headers=(("content-type", "application/json"), ("x-token", "it's")),
            credentials=True,
        ),
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
        (f"-G -d a=b --data-urlencode 'c=d e' {URL}?x#y", Draft(url=f"{URL}?x&a=b&c=d%20e#y")),
        (f"{URL} --url-query 'q=a b' --url-query +raw%20", Draft(url=f"{URL}?q=a%20b&raw%20")),
        (f"--data-urlencode 'a b' {URL}", Draft(url=URL, method="POST", headers=FORM)),
        (f"--data-urlencode =a -G {URL}", Draft(url=f"{URL}?a")),
        (f"-T report.txt {URL}/", Draft(url=f"{URL}/report.txt", method="PUT")),
        (f"--oauth2-bearer abc {URL}", Draft(url=URL, headers=(("Authorization", "Bearer abc"),))),
        (f"-r 0-99 {URL}", Draft(url=URL, headers=(("Range", "bytes=0-99"),))),
        (f"-r 5 {URL}", Draft(url=URL, headers=(("Range", "bytes=5-"),))),
        (f"-z -now {URL}", Draft(url=URL, headers=(("If-Unmodified-Since", "now"),))),
        (f"-H 'X-A;' -H 'X-B:' {URL}", Draft(url=URL, headers=(("X-A", ""),))),
        (f"-H Content-Type: -d a {URL}", Draft(url=URL, method="POST")),
        (
            f"-H 'content-type: text/plain' -d a {URL}",
            Draft(url=URL, method="POST", headers=(("content-type", "text/plain"),)),
        ),
        (f"-b a=b -L --compressed --http2 -k {URL}", Draft(url=URL, credentials=True)),
        (f"--max-redirs 5 --tls-max 1.2 -o out.json --proxy http://p:1 {URL}", Draft(url=URL)),
        (f"-g {URL}/[1]", Draft(url=f"{URL}/[1]")),
        (f"'{URL}/\\[1\\]'", Draft(url=f"{URL}/[1]")),
        (f"-X PUT -X PATCH {URL}", Draft(url=URL, method="PATCH")),
        (f"{URL} | jq .", Draft(url=URL)),
        (f"-e 'https://app.test/x;auto' {URL}", Draft(url=URL, origin="https://app.test")),
        (f"-sS -- {URL}", Draft(url=URL)),
        (f"-u a:b {URL}", Draft(url=URL, headers=(("Authorization", "Basic"),))),
        (f"-e https://app.test/x {URL}", Draft(url=URL, origin="https://app.test")),
        (
            f"{ASKING} {URL}",
            Draft(url=URL, origin="https://app.test", method="PUT", headers=(("x-a", None), ("x-b", None))),
        ),
    ],
)
def test_a_command_stands_for_a_fetch(arguments: str, draft: Draft) -> None:
    assert read_curl(f"curl {arguments}").drafts == (draft,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "begins with `curl`"),
        ("wget x", "begins with"),
        ("curl -s", "no URL"),
        ("curl '", "a quote is not closed"),
        ("curl -d", "`-d` lacks its value"),
    ],
)
def test_what_is_no_command(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_curl(text)


def test_every_url_is_a_fetch() -> None:
    pasted = read_curl(f"curl -X PUT {URL} {URL}/b --next -I {URL}/c -H 'X-A: 1' --next")
    assert [(draft.url, draft.method, draft.headers) for draft in pasted.drafts] == [
        (URL, "PUT", ()),
        (f"{URL}/b", "PUT", ()),
        (f"{URL}/c", "HEAD", (("X-A", "1"),)),
    ]


@pytest.mark.parametrize(
    ("arguments", "left_out"),
    [
        ("-H @headers.txt", "the headers that stand in the file `headers.txt`"),
        ("-K conf", "what the command reads from `conf`"),
        ("--variable TOKEN=s3cret", "what the command reads from `TOKEN`"),
        (
            "http://u:s3cret@a.test/[1-3]",
            "what the pattern in `http://a.test/[1-3]` stands for: it is taken as it is written",
        ),
        ("-n", "what the command reads from .netrc"),
        ("-G -d @body", "the part of the query that stands in the file `body`"),
        ("-G --data-urlencode a@body", "the part of the query that stands in the file `body`"),
        (f"{URL}/[1-3]", f"what the pattern in `{URL}/[1-3]` stands for: it is taken as it is written"),
    ],
)
def test_what_is_not_read_is_told(arguments: str, left_out: str) -> None:
    assert read_curl(f"curl {arguments} {URL}").left_out == (left_out,)


def test_nothing_is_left_out_of_a_plain_command() -> None:
    assert read_curl(f"curl -d @body -H 'X: 1' {URL}").left_out == ()


def test_uploads_go_to_the_urls_in_their_order() -> None:
    pasted = read_curl("curl -T a -T b http://api.test/ http://api.test/ http://api.test/")
    assert [draft.url for draft in pasted.drafts] == ["http://api.test/a", "http://api.test/b", "http://api.test/"]


def test_commas_without_end_are_no_pattern() -> None:
    assert read_curl("curl 'http://a.test/" + "{" + "," * 40_000 + "'").left_out == ()
