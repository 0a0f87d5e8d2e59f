"""A table as cases: what it lists, what it does not, and strangers that nobody had to write."""

from tests.unit.policy_tests.files import cases

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


def cells(table: str, url: str = "https://h.test/") -> dict[str, bool]:
    """Return which origins are expected to be allowed to GET."""
    found = cases(f"  - {{url: '{url}', methods: [GET], allowed: {table}}}\n").cases
    return {case.fetch.origin: case.expected.is_allowed for case in found}


def test_any_origin_is_a_stranger_on_any_scheme_and_port_and_null() -> None:
    assert cells("{'*': [GET]}") == {
        "https://stranger.example": True,
        "http://stranger.example:8443": True,
        "null": True,
    }
    assert cells("{'*': [GET], 'null': []}")["null"] is False


def test_a_pattern_is_asked_by_an_origin_that_no_other_entry_lists() -> None:
    found = cells("{'https://*.b.test': [GET], 'https://a.b.test': []}")
    assert (found["https://aa.b.test"], found["https://a.b.test"]) == (True, False)


def test_ports_have_a_pattern_too() -> None:
    found = cells("{'https://a.test:*': [GET]}")
    assert (found["https://a.test:8443"], found["https://a.test"]) == (True, False)


def test_pages_of_the_url_s_own_origin_are_no_strangers() -> None:
    table = "{'https://h.test': [GET]}"
    assert cells(table, "https://other.test/")["http://h.test"] is False
    assert "http://h.test" not in cells(table, "http://h.test/")
