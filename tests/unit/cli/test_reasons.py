import pytest

from crossgate.browser.failures import Code, Failure
from crossgate.browser.gateway import Answered, ask
from crossgate.cli.reasons import place_of_failure, reason_of
from crossgate.engine.decide import Engine
from crossgate.model.gateway import GatewayConfig
from tests.property.test_advice import HIGRESS
from tests.unit.cli.configurations import PLUGIN, SERVICE, configuration, sent

Headers = tuple[tuple[str, str], ...]


def answered(config: GatewayConfig, method: str, url: str, **headers: str) -> tuple[Answered, Engine]:
    engine = Engine(config)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(engine, sent(method, url, *names.items()), None), engine


PREFLIGHT = {"origin": "https://app.test", "access_control_request_method": "PATCH"}
ORDERS = "http://orders.test/orders"

CASES = {
    "a refused origin": (
        PLUGIN,
        "GET",
        {"origin": "https://b.test"},
        "the origin is not `https://app.test`",
        "- https://app.test",
    ),
    "a refused method": (
        PLUGIN,
        "PUT",
        {"origin": "https://app.test"},
        "the method is none of `GET` and `PATCH`",
        "- GET",
    ),
    "a refused header": (
        PLUGIN,
        "OPTIONS",
        {**PREFLIGHT, "access_control_request_headers": "x-b"},
        "a requested header is not `X-A`",
        "- X-A",
    ),
    "a refused method of a preflight": (
        PLUGIN,
        "OPTIONS",
        {**PREFLIGHT, "access_control_request_method": "PUT"},
        "the requested method is none of `GET` and `PATCH`",
        "- GET",
    ),
    "an allowed origin": (
        PLUGIN,
        "GET",
        {"origin": "https://app.test"},
        "the origin is `https://app.test`",
        "- https://app.test",
    ),
    "no origin": (PLUGIN, "GET", {}, "`Origin` is absent or blank", None),
    "the same origin": (
        PLUGIN,
        "GET",
        {"origin": "http://orders.test"},
        "the origin is the request's own scheme, host and port",
        None,
    ),
    "a pattern": (
        SERVICE,
        "GET",
        {"origin": "https://x.example.test"},
        r"the origin matches `https://[a-z]+\.example\.test`",
        r"- https://[a-z]+\.example\.test",
    ),
    "a refused origin of several": (
        SERVICE,
        "OPTIONS",
        {**PREFLIGHT, "origin": "https://b.test"},
        r"the origin is none of `https://app.test` and `https://[a-z]+\.example\.test`",
        "- https://app.test",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_why_a_row_decided_and_on_which_line(case: str) -> None:
    text, method, headers, reason, line = CASES[case]
    found = reason_of(*answered(configuration(text), method, ORDERS, **headers))
    assert found is not None
    assert found.text == reason
    assert (None if found.span is None else found.span.source.line(found.span.line).strip()) == line


@pytest.mark.parametrize(
    ("method", "url", "reason"),
    [
        ("GET", "http://h/nowhere", "no route of `kong` matches"),
        ("GET", "http://h/plain", "`Route/plain` has no CORS policy"),
        ("GET", "http://h/%00", "the request is refused before any route is looked for: "),
    ],
)
def test_why_no_row_decided(method: str, url: str, reason: str) -> None:
    found = reason_of(*answered(configuration(SERVICE), method, url))
    assert found is not None
    assert found.text.startswith(reason)


def test_any_origin_is_a_reason_at_the_line_that_says_so() -> None:
    text = SERVICE.replace(
        "            - https://app.test\n            - https://[a-z]+\\.example\\.test\n", "            - '*'\n"
    )
    found = reason_of(*answered(configuration(text), "GET", ORDERS, origin="https://b.test"))
    assert found is not None
    assert found.text == "any origin is allowed"
    assert str(found.span) == "a.yaml:10:15"


@pytest.mark.parametrize(
    ("code", "place"),
    [
        (Code.METHOD_REFUSED, "a.yaml:12:21"),
        (Code.HEADER_REFUSED, "a.yaml:13:21"),
        (Code.ALLOW_ORIGIN_WILDCARD, "a.yaml:10:15"),
        (Code.ALLOW_CREDENTIALS_INVALID, None),
        (Code.ALLOW_ORIGIN_MISSING, None),
    ],
)
def test_where_the_policy_says_what_the_browser_missed(code: Code, place: str | None) -> None:
    answer, _ = answered(configuration(SERVICE), "OPTIONS", ORDERS, **PREFLIGHT)
    span = place_of_failure(Failure(code=code, reason=""), answer)
    assert (None if span is None else str(span)) == place


def test_where_credentials_are_not_allowed() -> None:
    text = SERVICE.replace("headers: [X-A]", "credentials: false")
    answer, _ = answered(configuration(text), "OPTIONS", ORDERS, **PREFLIGHT)
    span = place_of_failure(Failure(code=Code.ALLOW_CREDENTIALS_INVALID, reason=""), answer)
    assert str(span) == "a.yaml:13:24"


def test_without_a_policy_there_is_no_place() -> None:
    answer, _ = answered(configuration(SERVICE), "GET", "http://h/plain")
    assert place_of_failure(Failure(code=Code.METHOD_REFUSED, reason=""), answer) is None


def test_of_credentials_that_a_star_makes_ignored_the_star_is_the_place() -> None:
    text = HIGRESS.format(policy="    allow_origins: ['*']\n    allow_credentials: true")
    failure = Failure(code=Code.ALLOW_CREDENTIALS_INVALID, reason="")
    answer, _ = answered(configuration(text), "GET", "http://api.test/", Origin="https://app.test")
    assert str(place_of_failure(failure, answer)) == "a.yaml:26:21"
    answer, _ = answered(
        configuration(text.replace("true", "false")), "GET", "http://api.test/", Origin="https://app.test"
    )
    assert str(place_of_failure(failure, answer)) == "a.yaml:27:24"
