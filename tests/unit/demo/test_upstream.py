import pytest
from httpbin import app

from crossgate.demo.upstream import httpbin_answer
from crossgate.engine.request import Request
from crossgate.fetch.headers import RESPONSE_HEADERS

ORIGIN = ("origin", "http://a.test")


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize(
    "headers",
    [(), (ORIGIN,), (ORIGIN, ("access-control-request-method", "PUT"), ("access-control-request-headers", "a,b"))],
    ids=["no-origin", "origin", "preflight"],
)
def test_the_upstream_is_known_for_what_it_answers(method: str, headers: tuple[tuple[str, str], ...]) -> None:
    request = Request(method=method, scheme="http", authority="a.test", target="/anything", headers=headers)

    real = app.test_client().open("/anything", method=method, headers=list(headers))

    assert dict(httpbin_answer(request).headers) == {
        name.lower(): value for name, value in real.headers.items() if name.lower() in RESPONSE_HEADERS
    }
    assert httpbin_answer(request).status == real.status_code
