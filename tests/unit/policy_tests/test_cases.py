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


TABLE = """\
  - url: https://h.test
    methods: [GET, PUT]
    origins: [https://c.test]
    allowed:
      https://a.test: [GET]
      https://*.b.test: [GET, PUT]
"""


def test_a_table_expects_what_it_lists_and_nothing_else() -> None:
    found = cases(TABLE).cases
    allowed = {(case.fetch.origin, case.fetch.method) for case in found if case.expected.is_allowed}
    assert allowed == {("https://a.test", "GET"), ("https://a.b.test", "GET"), ("https://a.b.test", "PUT")}
    blocked = {(case.fetch.origin, case.fetch.method) for case in found if not case.expected.is_allowed}
    assert {("https://a.test", "PUT"), ("https://c.test", "GET"), ("https://c.test", "PUT")} <= blocked


def test_a_table_implies_strangers_but_none_that_it_lists() -> None:
    strangers = {case.fetch.origin for case in cases(TABLE).cases if case.is_stranger}
    assert {"null", "http://a.test", "https://a.test.stranger.example", "https://a.test:8443"} <= strangers
    assert not any(origin.startswith("https://") and origin.endswith(".b.test") for origin in strangers)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("tests: 1", "shop.cors.yaml:1:8: `tests` must be a list, not an integer"),
        ("{}", "shop.cors.yaml:1:1: the file of tests needs the field `tests`"),
        ("tests: [{url: 'https://a'}]", "shop.cors.yaml:1:9: a test needs `origin`, `origins` or `allowed`"),
        ("tests: [{url: a, origin: b}]", "shop.cors.yaml:1:15: `a` is not an http or https URL"),
        (
            "tests: [{url: 'https://a', origin: b, expects: allowed}]",
            "1:39: unknown field `expects`",
        ),
        ("tests: [{url: 'https://a', origin: b, expect: yes}]", "1:47: `yes` is not a value of `expect`"),
        ("tests: [{url: 'https://a', origin: b, expect: alowed}]", "1:47: `alowed` is not a value of `expect`"),
        ("tests: [{url: 'https://a', origin: b, origins: [c]}]", "`origin` and `origins` exclude each other"),
        ("tests: [{url: 'https://a', allowed: {}, expect: allowed}]", "`expect` and `allowed` exclude each other"),
        ("tests: []\n---\ntests: []\n", "a file of tests is one document"),
        ("tests: [", "shop.cors.yaml:"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(text: str, complaint: str) -> None:
    assert complaint in "\n".join(complaints(text))
