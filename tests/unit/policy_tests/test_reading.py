"""A file of tests as cases: what is said, what is implied, and what is wrong with it at its place."""

import pytest

from tests.unit.policy_tests.files import cases, complaints

ONE = """\
  - name: n
    url: https://h.test/a
    origin: https://a.test
"""


def test_a_case_expects_to_be_blocked_unless_it_says_otherwise() -> None:
    (case,) = cases(ONE).cases
    assert (case.name, case.fetch.origin, case.fetch.method) == ("n", "https://a.test", "GET")
    assert not case.expected.is_allowed
    (case,) = cases(f"{ONE}    expect: allowed\n").cases
    assert case.expected.is_allowed
    assert str(case.expected.at) == "shop.cors.yaml:5:13"


def test_several_origins_and_methods_are_a_case_each() -> None:
    found = cases("  - {url: 'https://h.test', origins: ['https://a.test', 'null'], methods: [get, PATCH]}\n").cases
    assert [(case.fetch.origin, case.fetch.method) for case in found] == [
        ("https://a.test", "GET"),
        ("https://a.test", "PATCH"),
        ("null", "GET"),
        ("null", "PATCH"),
    ]


def test_request_headers_with_values_and_without() -> None:
    (case,) = cases(f"{ONE}    request_headers: {{X-A: '1'}}\n").cases
    assert case.fetch.headers == (("X-A", "1"),)
    (case,) = cases(f"{ONE}    request_headers: [X-A]\n").cases
    assert case.fetch.headers == (("X-A", None),)


def test_a_url_is_sent_as_browsers_write_it() -> None:
    (case,) = cases("  - {url: 'HTTPS://H.test:443/a/../b#c', origin: 'https://a.test'}\n").cases
    assert (case.name, case.fetch.url) == ("HTTPS://H.test:443/a/../b#c", "https://h.test/b")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("tests: 1", "shop.cors.yaml:1:8: `tests` must be a list, not an integer"),
        ("{}", "shop.cors.yaml:1:1: the file of tests needs the field `tests`"),
        ("tests: []", "shop.cors.yaml:1:8: there is no test"),
        ("", "shop.cors.yaml:1:1: there is no test"),
        ("# nothing", "shop.cors.yaml:1:1: there is no test"),
        ("tests: [{url: 'https://a'}]", "shop.cors.yaml:1:9: a test needs `origin`, `origins` or `allowed`"),
        ("tests: [{url: a, origin: b}]", "shop.cors.yaml:1:15: `a` is not an http or https URL"),
        (
            "tests: [{url: 'https://u:p@a', origin: 'null'}]",
            "1:15: no page can fetch `https://a/` as it is written: it has a user",
        ),
        ("tests: [{url: 'https://a', origin: foo}]", "1:36: no browser ever sends the origin `foo`"),
        ("tests: [{url: 'https://a', origins: ['http://b/']}]", "1:38: no browser ever sends the origin `http://b/`"),
        ("tests: [{url: 'https://a', origin: null}]", "1:28: `origin` says nothing"),
        ("tests: [{url: 'https://a', origins: []}]", "1:28: `origins` says nothing"),
        ("tests: [{url: 'https://a', allowed: }]", "1:28: `allowed` says nothing"),
        ("tests: [{url: 'https://a', origin: 'null', methods: []}]", "1:44: `methods` says nothing"),
        ("tests: [{url: 'https://a', origin: 'null', method: trace}]", "1:52: no page can use the method `trace`"),
        ("tests: [{url: 'https://a', origin: 'null', method: 'a b'}]", "1:52: `a b` is no method"),
        (
            "tests: [{url: 'https://a', origin: 'null', method: patch}]",
            "1:52: browsers send the method `patch` as it is",
        ),
        ("tests: [{url: 'https://a', origin: 'null', request_headers: [Cookie]}]", "1:62: pages cannot set `Cookie`"),
        ("tests: [{url: 'https://a', origin: 'null', request_headers: {'a b': c}}]", "1:62: `a b` is no header name"),
        ("tests: [{url: 'https://a', allowed: {'*://a': [GET]}}]", "1:38: no browser ever sends the origin `*://a`"),
        ("tests: [{url: 'https://a', allowed: {'https://*.a/': [GET]}}]", "1:38: no browser ever sends the origin"),
        ("tests: [{url: 'https://a', allowed: {'null': ['*']}}]", "1:47: `*` is no method"),
        ("tests: [{url: 'https://a', allowed: {}, status: 200}]", "1:41: `status` and `allowed` exclude each other"),
        (
            "tests: [{name: n, url: 'https://a', origin: 'null'}, {name: n, url: 'https://a', origin: 'null'}]",
            "1:61: two tests are called `n`",
        ),
        (
            "tests: [{url: 'https://a', origin: 'null', expects: allowed}]",
            "1:44: unknown field `expects`",
        ),
        ("tests: [{url: 'https://a', origin: 'null', expect: yes}]", "1:52: `yes` is not a value of `expect`"),
        ("tests: [{url: 'https://a', origin: 'null', expect: alowed}]", "1:52: `alowed` is not a value of `expect`"),
        ("tests: [{url: 'https://a', origin: 'null', origins: ['null']}]", "`origin` and `origins` exclude each other"),
        ("tests: [{url: 'https://a', allowed: {}, expect: allowed}]", "`expect` and `allowed` exclude each other"),
        ("tests: []\n---\ntests: []\n", "a file of tests is one document"),
        ("tests: [", "shop.cors.yaml:"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(text: str, complaint: str) -> None:
    assert complaint in "\n".join(complaints(text))
