"""Each piece of advice is read and played again here, beside what the search says of itself."""

from collections.abc import Sequence

import pytest

from crossgate.advice.search import Advice, Changed, advise, changed_lines
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.profiles import PROFILES
from crossgate.cli.checked import check_fetch
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.engine.decide import Engine
from crossgate.model.gateway import GatewayConfig
from crossgate.source import Source
from tests.property.test_advice import ANNOTATIONS, HIGRESS
from tests.unit.cli.configurations import PLUGIN, SERVICE

APP = "https://app.test"
ORDERS = "http://orders.test/orders"
ANYBODY = SERVICE.replace(
    "            - https://app.test\n            - https://[a-z]+\\.example\\.test\n", "            - '*'\n"
)
FLOW = """\
{"_format_version": "3.0", "services": [{"name": "orders", "url": "http://orders.test:80",
  "plugins": [{"name": "cors", "config": {"origins": ["https://app.test"], "methods": ["GET"], "credentials": false}}],
  "routes": [{"name": "orders", "paths": ["/orders"]}, {"name": "post-only", "methods": ["POST"]}]}]}
"""
MATCHED = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: g, namespace: n}
spec: {gatewayClassName: kgateway, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: n}
spec:
  parentRefs: [{name: g}]
  rules:
    - matches:
        - path: {type: PathPrefix, value: /orders}
          method: POST
      filters:
        - type: CORS
          cors:
            allowOrigins: ['https://app.test']
            allowHeaders: ["*"]
      backendRefs: [{name: s, port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: s, namespace: n}
spec: {ports: [{port: 80}]}
"""


def read_texts(sources: Sequence[Source]) -> GatewayConfig | None:
    return read(sources, ReadOptions(), Diagnostics())


def planned(
    origin: str = APP, method: str = "GET", *names: str, url: str = ORDERS, credentials: bool = False
) -> PlannedFetch:
    headers = tuple((name, "1") for name in names)
    return PlannedFetch(origin=origin, url=url, method=method, headers=headers, credentials=credentials)


def advised(text: str, fetch: PlannedFetch) -> tuple[Advice, ...]:
    """Return the advice, each piece of which was made, read and played once more."""
    source = Source(name="a.yaml", text=text)
    found = advise(fetch, [source], read_texts)
    for advice in found:
        config = read_texts([Source(name="a.yaml", text=made(text, advice))])
        assert config is not None
        assert check_fetch(fetch, Engine(config), None, PROFILES[0], lambda _: ()).verdict.is_allowed
    return found


def made(text: str, advice: Advice) -> str:
    """Make a change by hand, line by line, as a reader of it would."""
    lines = text.splitlines()
    for changed in reversed(advice.lines):
        first = changed.line - 1
        assert tuple(lines[first : first + len(changed.old)]) == changed.old
        lines[first : first + len(changed.old)] = changed.new
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "fetch", "changes", "new"),
    [
        (SERVICE, planned("https://b.test"), ["allow the origin `https://b.test`"], ['            - "https://b.test"']),
        (SERVICE, planned(APP, "PATCH"), ["allow the method `PATCH`"], ["          methods: [GET, PUT, PATCH]"]),
        (SERVICE, planned(APP, "PUT", "X-B"), ["allow the header `X-B`"], ["          headers: [X-A, X-B]"]),
        (
            SERVICE,
            planned(APP, "PUT", "X-B", "x-c"),
            ["allow the headers `X-B` and `x-c`"],
            ["          headers: [X-A, X-B, x-c]"],
        ),
        (
            SERVICE,
            planned(credentials=True),
            ["allow credentials"],
            ["          credentials: true"],
        ),
        (
            SERVICE,
            planned(APP, "POST", "X-A", url="http://orders.test/x"),
            ["let `Route/post-only` match OPTIONS, which every preflight is"],
            ["        methods: [POST, OPTIONS]"],
        ),
        (PLUGIN, planned(APP, "PUT"), ["allow the method `PUT`"], ["          - PUT"]),
        (PLUGIN, planned("http://b.test"), ["allow the origin `http://b.test`"], ['          - "http://b.test"']),
        (
            PLUGIN,
            planned("https://b.test", "PUT", "X-B", credentials=True),
            [
                "allow the origin `https://b.test`",
                "allow the method `PUT`",
                "allow the header `X-B`",
                "allow credentials",
            ],
            None,
        ),
        (FLOW, planned("https://b.test"), ["allow the origin `https://b.test`"], None),
        (FLOW, planned(APP, "PUT", credentials=True), ["allow credentials", "allow the method `PUT`"], None),
        (
            MATCHED,
            planned(APP, "POST", "X-A"),
            ["let `HTTPRoute/n/r#rule-0/match-0` match OPTIONS, which every preflight is"],
            ["        - path: {type: PathPrefix, value: /orders}", "          method: OPTIONS"],
        ),
        (
            MATCHED.replace("          method: POST\n", ""),
            planned(APP, "PUT"),
            ["allow the method `PUT`"],
            ["            allowMethods: [PUT]"],
        ),
    ],
)
def test_the_smallest_change(text: str, fetch: PlannedFetch, changes: list[str], new: list[str] | None) -> None:
    first, *_ = advised(text, fetch)
    assert list(first.changes) == changes
    if new is not None:
        assert [line for changed in first.lines for line in changed.new] == new
    assert first.risks


def test_of_a_star_and_credentials_both_ways_are_told() -> None:
    narrow, wide = advised(ANYBODY, planned(credentials=True))
    assert narrow.changes == (f"allow the origin `{APP}` instead of `*`", "allow credentials")
    assert "other origins are no longer allowed: list those that are needed" in narrow.risks
    assert wide.changes == ("allow credentials",)
    assert wide.risks[0] == "any site can act as whoever visits it, with their cookies, and read what comes back"


def test_an_entry_that_no_browser_sends_is_corrected() -> None:
    (advice,) = advised(MATCHED.replace("app.test'", "app.test/'"), planned(APP, "POST", url="http://o/orders"))
    (changed,) = advice.lines
    assert (changed.old, changed.new) == (
        ("            allowOrigins: ['https://app.test/']",),
        ("            allowOrigins: ['https://app.test']",),
    )


@pytest.mark.parametrize(
    ("origin", "risk"),
    [
        ("null", "every site can make itself a page whose origin is `null`, in a sandboxed frame"),
        ("http://b.test", "who is on the way of an unencrypted page can write into it, and so act for `http://b.test`"),
        ("http://localhost:3000", "every page of `http://localhost:3000` can read the answers"),
    ],
)
def test_risks_of_an_origin(origin: str, risk: str) -> None:
    (advice,) = advised(SERVICE, planned(origin))
    assert advice.risks[0] == risk


def test_who_else_is_concerned_is_told() -> None:
    (advice,) = advised(SERVICE, planned("https://b.test"))
    assert advice.risks[-1] == "`Plugin/own` decides for 2 routes, and it changes for all of them"


@pytest.mark.parametrize(
    "fetch",
    [
        planned(),  # allowed as it is
        planned(url="http://h/plain"),  # no policy
        planned(url="http://h/nowhere"),  # no route
        planned(APP, "TRACE"),
    ],
)
def test_there_is_not_always_something_to_change(fetch: PlannedFetch) -> None:
    assert advised(SERVICE, fetch) == ()


SHOUT = "write the method as `PATCH` in the page: browsers send `patch` as it is"


@pytest.mark.parametrize(
    ("fetch", "changes", "new"),
    [
        (planned(APP, "patch"), [(SHOUT, "allow the method `PATCH`")], ["          methods: [GET, PUT, PATCH]"]),
        (
            planned(url="http://a:b@orders.test/orders"),
            [("fetch `http://orders.test/orders` in the page, without a user name and a password",)],
            [],
        ),
    ],
)
def test_where_files_are_not_enough_the_page_changes(
    fetch: PlannedFetch, changes: list[tuple[str, ...]], new: list[str]
) -> None:
    found = advise(fetch, [Source(name="a.yaml", text=SERVICE)], read_texts)
    assert [advice.changes for advice in found] == changes
    assert [line for advice in found for changed in advice.lines for line in changed.new] == new


def test_files_that_cannot_be_read_have_no_advice() -> None:
    assert advise(planned(), [Source(name="a.yaml", text="{")], read_texts) == ()


def test_lines_that_differ() -> None:
    before = [Source(name="a", text="1\n2\n3\n4\n"), Source(name="b", text="x\n")]
    after = [Source(name="a", text="1\n2b\n3\n4\n5\n"), Source(name="b", text="x\n")]
    assert list(changed_lines(before, after)) == [
        Changed(file="a", line=2, old=("2",), new=("2b",)),
        Changed(file="a", line=5, old=(), new=("5",)),
    ]


LISTED = ANNOTATIONS.format(
    policy="              higress.io/cors-allow-origin: QUOTEhttps://app.test/, https://b.testQUOTE"
)


@pytest.mark.parametrize("quote", ['"', "'", ""])
def test_of_several_origins_in_one_text_the_others_stay(quote: str) -> None:
    text = LISTED.replace("QUOTE", quote)
    (advice,) = advised(text, planned(url="http://api.test/"))
    (changed,) = advice.lines
    assert changed.new == tuple(line.replace("app.test/", "app.test") for line in changed.old)


def test_of_a_star_in_one_text_the_others_stay() -> None:
    text = ANNOTATIONS.format(policy='              higress.io/cors-allow-origin: "*, https://b.test"')
    for advice in advised(text, planned(url="http://api.test/", credentials=True)):
        assert all("https://b.test" in line for changed in advice.lines for line in changed.new)


@pytest.mark.parametrize("origin", [f"{APP}/", "HTTPS://app.test", f"{APP}:443"])
def test_nobody_is_advised_to_allow_what_no_browser_sends(origin: str) -> None:
    text = SERVICE.replace(f"- {APP}\n", "- https://other.test\n")
    for fetch in (planned(origin, "PATCH"), planned(origin)):
        for advice in advise(fetch, [Source(name="a.yaml", text=text)], read_texts):
            assert advice.changes[0] == f"ask for the origin `{APP}`: no browser sends `{origin}`"
            assert origin not in str(advice.changes[1:])
            assert not any(f'{origin}"' in line for changed in advice.lines for line in changed.new)
    assert advise(planned("no origin"), [Source(name="a.yaml", text=text)], read_texts) == ()


def test_a_star_that_stands_against_credentials_is_replaced_and_who_loses_is_told() -> None:
    text = HIGRESS.format(policy="    allow_origins: ['*']\n    allow_credentials: true")
    (advice,) = advised(text, planned(url="http://api.test/", credentials=True))
    assert advice.changes == (f"allow the origin `{APP}` instead of `*`",)
    assert "other origins are no longer allowed: list those that are needed" in advice.risks


def test_a_field_is_put_beside_the_only_one_that_is_written() -> None:
    text = FLOW.replace(
        '"origins": ["https://app.test"], "methods": ["GET"], "credentials": false', '"exposed_headers": ["X-A"]'
    )
    for advice in advised(text, planned(credentials=True)):
        assert '"credentials": true, "exposed_headers": ["X-A"]' in advice.lines[0].new[0]
    assert advised(text, planned(credentials=True))
