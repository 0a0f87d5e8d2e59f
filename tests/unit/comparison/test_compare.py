"""Two configurations, compared: each kind of difference, with a witness that both engines confirm."""

import pytest

from crossgate.browser.gateway import answering
from crossgate.browser.play import play
from crossgate.comparison.compare import Comparison, Difference, compare
from crossgate.comparison.kinds import Kind
from crossgate.engine.decide import Engine
from crossgate.model.gateway import Certificate, GatewayConfig, Scheme
from crossgate.records import replace
from tests.unit.cli.configurations import configuration

BEFORE = """\
_format_version: "3.0"
services:
  - name: s
    url: http://s.test:80
    routes: [{name: r, paths: [/r]}]
    plugins:
      - name: cors
        config:
          origins: ["https://a.test", "https://b.test"]
          methods: [GET, PUT]
          headers: [X-A]
          exposed_headers: [X-Total]
          max_age: 60
"""


def compared(*changes: tuple[str, str]) -> Comparison:
    after = BEFORE
    for old, new in changes:
        assert old in after
        after = after.replace(old, new)
    return compare(Engine(configuration(BEFORE)), Engine(configuration(after)))


def summary(found: Comparison) -> set[tuple[Kind, str]]:
    return {(item.kind, item.origin) for item in found.differences}


def test_nothing_changes() -> None:
    found = compared()
    assert (found.differences, found.cells) == ((), 0)
    assert found.places == found.equal > 0


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (
            ("https://b.test", "https://c.test"),
            {("newly-allowed", "https://c.test"), ("no-longer-allowed", "https://b.test")},
        ),
        (("methods: [GET, PUT]", "methods: [GET]"), {("no-longer-allowed", "https://a.test")}),
        (("headers: [X-A]\n", "headers: [X-A, X-B]\n"), {("newly-allowed", "https://a.test")}),
        (("[X-Total]", "[X-Total, X-More]"), {("newly-readable", "https://a.test")}),
        (("[X-Total]", "[X-More]"), {("newly-readable", "https://a.test"), ("no-longer-readable", "https://a.test")}),
        (("max_age: 60", "max_age: 90"), {("remembered", "https://a.test")}),
        (("max_age: 60", "credentials: true\n          max_age: 60"), {("newly-allowed", "https://a.test")}),
        (
            ("paths: [/r]", "paths: [/q]"),
            {("newly-allowed", "https://a.test"), ("no-longer-allowed", "https://a.test")},
        ),
    ],
)
def test_a_change_is_found(change: tuple[str, str], wanted: set[tuple[str, str]]) -> None:
    found = compared(change)
    assert wanted <= {(kind.value, origin) for kind, origin in summary(found)}
    assert found.cells > 0


def test_what_is_newly_allowed_comes_first() -> None:
    found = compared(("https://b.test", "https://c.test"), ("max_age: 60", "max_age: 90"))
    assert found.differences[0].kind is Kind.NEWLY_ALLOWED


def test_only_credentials_are_new() -> None:
    (found,) = (item for item in compared(("max_age", "credentials: true\n          max_age")).differences)
    assert (found.kind, found.credentials) == (Kind.NEWLY_ALLOWED, (True,))


def test_private_networks_are_compared() -> None:
    found = compared(("max_age: 60", "private_network: true"))
    kinds = {item.kind for item in found.differences}
    assert Kind.NEWLY_PRIVATE in kinds
    assert Kind.NEWLY_ALLOWED not in kinds


def test_an_upstream_that_is_heard_where_it_was_not() -> None:
    found = compared(("- name: cors", "- name: cors\n        enabled: false"))
    assert (Kind.NEWLY_UPSTREAM, "https://stranger.example") in summary(found)


def test_a_path_that_becomes_a_prefix() -> None:
    found = compared(("paths: [/r]", "paths: ['~/r$']"))
    deeper = [place.url for item in found.differences for place in item.places if item.kind is Kind.NO_LONGER_ALLOWED]
    assert any("/r/" in url for url in deeper)


def test_places_that_meet_the_same_policies_are_played_once() -> None:
    def routes(number: int) -> str:
        listed = ", ".join(f"{{name: r{each}, paths: [/r{each}]}}" for each in range(number))
        return BEFORE.replace("[{name: r, paths: [/r]}]", f"[{listed}]")

    def difference(text: str) -> Comparison:
        return compare(Engine(configuration(text)), Engine(configuration(text.replace("https://b", "https://c"))))

    few, many = difference(routes(1)), difference(routes(9))
    assert (few.cells, many.alike) == (many.cells, 8)
    assert [len(item.places) for item in many.differences] == [9, 9]


def test_a_place_whose_own_pages_are_asked_for_says_nothing_of_others() -> None:
    hosts = BEFORE.replace("paths: [/r]", "hosts: [own.test, other.test]")
    after = hosts.replace('"https://b.test"', '"https://b.test", "http://own.test:8000"')
    (new,) = (
        item
        for item in compare(Engine(configuration(hosts)), Engine(configuration(after))).differences
        if item.kind is Kind.NEWLY_ALLOWED
    )
    assert new.origin == "http://own.test:8000"
    assert {place.url.rpartition("/")[0] for place in new.places} == {"http://other.test:8000"}


def test_a_port_that_nobody_listens_on_any_more() -> None:
    old, new = configuration(GATEWAY), configuration(GATEWAY.replace("81", "82"))
    kinds = {item.kind for item in compare(Engine(old), Engine(new)).differences}
    assert kinds >= {Kind.NEWLY_ALLOWED, Kind.NO_LONGER_ALLOWED}


def test_a_gateway_with_other_ports_is_asked_at_its_own_for_the_scheme() -> None:
    plain, other = configuration(GATEWAY).listeners
    pair = Certificate(names=(), chain="", private_key="")

    def at(http: int, https: int) -> Engine:
        secure = replace(other, port=https, scheme=Scheme.HTTPS, certificates=(pair,))
        return Engine(GatewayConfig(listeners=(replace(plain, port=http), secure)))

    found = compare(at(80, 443), at(8000, 8443))
    assert (found.differences, found.equal) == ((), found.places)


def test_origins_that_are_treated_alike_are_named_all() -> None:
    found = compared(('"https://b.test"', '"https://b.test", "https://c.test", "https://d.test", "https://e.test"'))
    (new,) = (item for item in found.differences if item.kind is Kind.NEWLY_ALLOWED)
    assert [(named.origin, named.entry) for named in new.named] == [
        ("https://c.test", None),
        ("https://d.test", None),
        ("https://e.test", None),
    ]


def test_an_entry_is_not_hidden_behind_another() -> None:
    found = compared(('"https://b.test"', '"https://b.test", "https://c.test", ".*", \'https://.*\\.evil\\.test\''))
    (new,) = (item for item in found.differences if item.kind is Kind.NEWLY_ALLOWED)
    assert new.origin == "https://stranger.example"
    assert {(named.origin, named.entry) for named in new.named} >= {
        ("https://stranger.example", ".*"),
        ("https://a.evil.test", "https://.*\\.evil\\.test"),
        ("https://c.test", None),
    }


def test_an_expression_that_nothing_shows_is_named_beside_what_is_shown() -> None:
    found = compared(('"https://b.test"', '"https://b.test", "https://c.test", \'https://\\pL{40}\\.test\''))
    assert any(item.kind is Kind.NEWLY_ALLOWED for item in found.differences)
    assert [entry.written for entry in found.unsettled] == ["https://\\pL{40}\\.test"]


def test_a_row_is_all_of_its_combinations() -> None:
    found = compared(("methods: [GET, PUT]", "methods: [GET]"), ("headers: [X-A]\n", "headers: [X-B]\n"))
    assert found.differences
    for item in found.differences:
        assert item.cells == len(item.methods) * len(item.headers) * len(item.credentials)
    no_longer = [item for item in found.differences if item.kind is Kind.NO_LONGER_ALLOWED]
    asked = [(method, header) for item in no_longer for method in item.methods for header in item.headers]
    assert len(asked) == len(set(asked)) == sum(item.cells for item in no_longer)
    assert {("PUT", None), ("GET", "x-a")} <= set(asked)
    assert ("GET", None) not in asked


def test_the_same_difference_at_several_places_is_told_once() -> None:
    many = BEFORE.replace("[{name: r, paths: [/r]}]", "[{name: r, paths: [/r, /q]}, {name: t, paths: [/t]}]")
    after = many.replace("https://b.test", "https://c.test")
    found = compare(Engine(configuration(many)), Engine(configuration(after)))
    assert len(found.differences) == 2
    assert all(len(item.places) >= 3 for item in found.differences)


def test_a_witness_is_what_both_engines_say_again() -> None:
    after = BEFORE.replace("https://b.test", "https://c.test").replace("[X-Total]", "[X-More]")
    old, new = Engine(configuration(BEFORE)), Engine(configuration(after))
    differences = compare(old, new).differences
    assert differences
    for item in differences:
        assert is_confirmed(item, old, new)


def is_confirmed(item: Difference, old: Engine, new: Engine) -> bool:
    verdicts = [play(item.witness, answering(engine)).is_allowed for engine in (old, new)]
    return verdicts == [item.old.is_allowed, item.new.is_allowed]


GATEWAY = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: g}
spec:
  gatewayClassName: kgateway
  listeners:
    - {name: one, port: 80, protocol: HTTP}
    - {name: two, port: 81, protocol: HTTP}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r}
spec:
  parentRefs: [{name: g}]
  rules:
    - filters: [{type: CORS, cors: {allowOrigins: ["https://a.test"]}}]
      backendRefs: [{name: b, port: 80}]
"""


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("https://(a|b)\\.test", "https://(a|b|evil)\\.test", "https://evil.test"),
        ("https://a\\.(org)", "https://a\\.(org|com)", "https://a.com"),
        ("https://[a-z]+\\.test", "https://[a-z_]+\\.test", "https://_.test"),
    ],
)
def test_expressions_are_told_apart(old: str, new: str, allowed: str) -> None:
    def policy(pattern: str) -> Engine:
        return Engine(configuration(BEFORE.replace('"https://a.test", "https://b.test"', f"'{pattern}'")))

    found = compare(policy(old), policy(new))
    assert (Kind.NEWLY_ALLOWED, allowed) in summary(found)
    assert found.unsettled == ()


def test_expressions_that_nothing_tells_apart_are_named() -> None:
    def policy(pattern: str) -> Engine:
        return Engine(configuration(BEFORE.replace('"https://a.test", "https://b.test"', f"'{pattern}'")))

    found = compare(policy("https://[a-z]{1,30}\\.test"), policy("https://[a-z]{1,31}\\.test"))
    assert found.differences == ()
    assert {entry.written for entry in found.unsettled} == {
        "https://[a-z]{1,30}\\.test",
        "https://[a-z]{1,31}\\.test",
    }
