"""What the page tries: nine fetches, each through each gateway. Must not know what comes of them."""

from typing import Final

from msgspec import Struct

_JSON: Final = '{"order": "one tea"}'


class Experiment(Struct, frozen=True, kw_only=True):
    """A fetch: what it is about, in one sentence, and how it is made; `looks_for` is a response header to be read."""

    id: str
    title: str
    about: str
    target: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    credentials: bool = False
    looks_for: str | None = None


EXPERIMENTS: Final = (
    Experiment(
        id="simple",
        title="A plain GET",
        about="The policy lists this page's origin, so the browser hands over the answer.",
        target="/get",
    ),
    Experiment(
        id="partner",
        title="A GET meant for another origin",
        about="This path's policy lists only https://partner.example; the browser sends the request all the same, and "
        "what comes of it depends on what the gateway does with the upstream's own CORS headers.",
        target="/anything/partner",
    ),
    Experiment(
        id="custom-header",
        title="A header that the policy allows",
        about="JSON and the header Token need a preflight first, an OPTIONS request which the policy grants.",
        method="POST",
        target="/anything/order",
        headers=(("Content-Type", "application/json"), ("Token", "demo")),
        body=_JSON,
    ),
    Experiment(
        id="refused-header",
        title="A header that the policy doesn't allow",
        about="The preflight asks for X-Secret, which no list has, so the request itself is never sent.",
        target="/anything/order",
        headers=(("X-Secret", "demo"),),
    ),
    Experiment(
        id="refused-method",
        title="A method that the policy doesn't allow",
        about="DELETE needs a preflight too, and the policy allows only GET and POST.",
        method="DELETE",
        target="/anything/order",
    ),
    Experiment(
        id="credentials",
        title="A GET with cookies",
        about="The policy allows credentials: the cookie that this page has set arrives, and the upstream shows it.",
        target="/cookies",
        credentials=True,
    ),
    Experiment(
        id="exposed-header",
        title="A response header that is exposed",
        about="The answer has X-Custom-Header, which the policy exposes, so the page can read it.",
        target="/response-headers?X-Custom-Header=for-the-page",
        looks_for="x-custom-header",
    ),
    Experiment(
        id="hidden-header",
        title="A response header that isn't exposed",
        about="The answer has X-Internal, but the policy doesn't expose it: the page reads the body, not the header.",
        target="/response-headers?X-Internal=not-for-the-page",
        looks_for="x-internal",
    ),
    Experiment(
        id="missed-preflight",
        title="A preflight that finds no route",
        about="In kgateway and Kong this path's route matches only POST, so the preflight, an OPTIONS request, gets "
        "404; an Ingress of Higress matches every method.",
        method="POST",
        target="/post",
        headers=(("Content-Type", "application/json"),),
        body=_JSON,
    ),
)
"""Every experiment, in the order of the page."""
