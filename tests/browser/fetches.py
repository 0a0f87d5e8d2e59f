"""Generated fetches: to the hosts of policies, and to an open host that answers whatever the fetch asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final
from urllib.parse import urlsplit

from crossgate.browser.planned import Mode, OnRedirect, PlannedFetch
from crossgate.engine.respond import Response
from crossgate.fetch.methods import normalize_method
from crossgate.records import replace
from tests.browser.site import Asked, asked_of

METHODS: Final = ("GET", "GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "patch", "put", "OPTIONS", "PROPFIND")
HEADERS: Final = (
    ("X-A", "1"),
    ("x-b", "2"),
    ("Authorization", "Bearer x"),
    ("Content-Type", "text/plain"),
    ("Content-Type", "application/json"),
    ("Content-Type", "text/plain;charset=utf-8"),
    ("Accept", "text/html"),
    ("Accept", 'a"b'),
    ("Accept", "a" * 200),
    ("Accept-Language", "de-DE"),
    ("Accept-Language", "de_DE"),
    ("Range", "bytes=0-10"),
    ("Range", "bytes=-10"),
    ("X-HTTP-Method-Override", "TRACE"),
    ("X-HTTP-Method-Override", "PUT"),
    ("Sec-Fetch-Mode", "cors"),
    ("Date", "now"),
)
CREDENTIALS: Final = ("omit", "same-origin", "include")
VISIBLE: Final = {
    "x-one": "1",
    "x-two": "2",
    "etag": '"e"',
    "cache-control": "no-store",
    "set-cookie": "a=b; SameSite=Lax",
}
"""The headers of answers whose visibility is compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A fetch for the model, and as a page writes it."""

    fetch: PlannedFetch
    written: tuple[str, dict[str, Any]]

    @property
    def asked(self) -> Asked:
        """What the fetch asks the upstream to answer."""
        return asked_of(self.fetch.url)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the fetch, and of where a redirect would lead it."""
        located = dict(self.asked.actual.headers).get("location")
        return tuple(urlsplit(url).path for url in (self.fetch.url, located) if url is not None)


def case(random: Random, origin: str, url: str) -> Case:
    """Draw a fetch of a URL."""
    method, credentials = random.choice(METHODS), random.choice(CREDENTIALS)
    headers = tuple(random.sample(HEADERS, random.choice([0, 0, 1, 1, 2, 3])))
    unique = tuple({name.lower(): (name, value) for name, value in headers}.values())
    on_redirect = random.choice([*[OnRedirect.FOLLOW] * 8, OnRedirect.ERROR, OnRedirect.MANUAL])
    mode = random.choice([*[Mode.CORS] * 12, Mode.NO_CORS, Mode.SAME_ORIGIN])
    fetch = PlannedFetch(
        origin=origin,
        url=url,
        method=normalize_method(method),
        headers=unique,
        credentials=credentials == "include",
        mode=mode,
        on_redirect=on_redirect,
    )
    options = {
        "method": method,
        "headers": unique,
        "credentials": credentials,
        "mode": mode.value,
        "redirect": on_redirect.value,
    }
    return Case(fetch=fetch, written=(url, options))


def for_policies(random: Random, origin: str, gateways: dict[str, str], policies: int, count: int) -> Iterator[Case]:
    """Yield fetches to the hosts of policies; `gateways` are the ports by name."""
    plain = Asked(actual=Response(headers=tuple(VISIBLE.items()))).query()
    for _ in range(count):
        name, number = random.choice(sorted(gateways)), random.randrange(policies)
        path = f"/p/{random.getrandbits(60):x}"
        yield case(random, origin, f"http://p{number}.{name}.test:{gateways[name]}{path}?{plain}")


def for_answers(random: Random, origin: str, port: str, count: int, to: str | None = None) -> Iterator[Case]:
    """Yield fetches to an open host, or to another, which ask for answers of every kind, redirects among them."""
    for _ in range(count):
        path = f"/o/{random.getrandbits(60):x}"
        target = _answers(random, origin, None)
        if random.random() < 0.3:
            host = random.choice(
                ["open.kong.test", "other.kong.test", "user:word@other.kong.test", "user@open.kong.test"]
            )
            location = f"http://{host}:{port}{path}/2?{target.query()}"
            target = _answers(random, origin, random.choice([location, location, f"{path}/2?{target.query()}"]))
        yield case(random, origin, f"{to or f'http://open.kong.test:{port}'}{path}?{target.query()}")


def uploads(random: Random, origin: str, port: str) -> Iterator[Case]:
    """Yield requests to an open host, made in the old way, by pages that listen to the progress of what they send."""
    while True:
        (drawn,) = for_answers(random, origin, port, 1)
        is_sent = drawn.fetch.mode is Mode.CORS and drawn.fetch.on_redirect is OnRedirect.FOLLOW
        if is_sent and drawn.fetch.method not in {"GET", "HEAD"}:
            url, options = drawn.written
            yield Case(fetch=replace(drawn.fetch, is_listened=True), written=(url, {**options, "upload": True}))


def sequences(random: Random, origin: str, port: str, count: int) -> Iterator[list[Case]]:
    """Yield fetches to one URL each, that follow one another at once, so that one preflight may spare the next.

    Nothing remembers for longer than the sequence takes, or for less, but what is remembered for a minute, or not at
    all. The browser's HTTP cache is out of it: the answers are not to be stored. Where they grant no credentials, those
    with credentials fail, and what fails may make forget.
    """
    for _ in range(count):
        age = random.choice(["60", "60", "60", "060", "+60", "100000", "4294967296", "0", "-0", "-1"])
        listed = (
            ("access-control-allow-methods", random.choice(["PUT,DELETE", "PUT", "*", "*, DELETE", ""])),
            ("access-control-allow-headers", random.choice(["x-a,authorization", "x-a", "*", "*,authorization"])),
        )
        credentials = random.choice(["true", "true", "true", "false"])
        granted = (("access-control-allow-origin", origin), ("access-control-allow-credentials", credentials))
        asked = Asked(
            preflight=Response(headers=(*granted, *listed, ("access-control-max-age", age))),
            actual=Response(headers=(*granted, ("cache-control", "no-store"))),
        )
        url = f"http://open.kong.test:{port}/s/{random.getrandbits(60):x}?{asked.query()}"
        yield [_of_sequence(random, origin, url) for _ in range(5)]


def _of_sequence(random: Random, origin: str, url: str) -> Case:
    method, credentials = random.choice(["PUT", "DELETE", "GET"]), random.choice(["omit", "include"])
    headers = tuple(random.sample((("X-A", "1"), ("Authorization", "x")), random.choice([0, 1, 1, 2])))
    fetch = PlannedFetch(origin=origin, url=url, method=method, headers=headers, credentials=credentials == "include")
    options = {"method": method, "headers": headers, "credentials": credentials, "cache": "default"}
    return Case(fetch=fetch, written=(url, options))


def _answers(random: Random, origin: str, location: str | None) -> Asked:
    status = random.choice([200, 200, 201, 204, 400, 500])
    preflight = random.choice([200, 200, 204, 204, 299, 301, 403, 500])
    moved = random.choice([301, 302, 303, 307, 308])
    redirect = () if location is None else (("location", location),)
    led = (("location", "?elsewhere"),) if preflight == 301 and random.random() < 0.5 else ()
    return Asked(
        preflight=Response(status=preflight, headers=(*_grant(random, origin), *_lists(random), *led)),
        actual=Response(
            status=status if location is None else moved,
            headers=(*_grant(random, origin), *redirect, *VISIBLE.items(), *_exposed(random)),
        ),
    )


def _grant(random: Random, origin: str) -> Iterator[tuple[str, str]]:
    wrong = ["null", f"{origin}/", "http://evil.test", f"{origin}, {origin}", "*, *", origin.upper(), "", "a b", "**"]
    allowed = random.choice([*[origin] * 14, "*", "*", "*", *random.sample(wrong, 2)])
    if random.random() < 0.95:
        yield "Access-Control-Allow-Origin", allowed
    if random.random() < 0.02:
        yield "access-control-allow-origin", allowed
    if random.random() < 0.7:
        yield "access-control-allow-credentials", random.choice([*["true"] * 6, "True", "false", "true, true"])


def _lists(random: Random) -> Iterator[tuple[str, str]]:
    methods = ["*", "PUT", "PUT, DELETE,,PATCH", "patch", "GET,POST,PUT,DELETE,PATCH,OPTIONS,PROPFIND", "PUT PATCH", ""]
    headers = [
        "*",
        "x-a",
        "X-A, X-B,authorization",
        "*,Authorization",
        "x-a,x-b,authorization,content-type,accept,accept-language,range,x-http-method-override",
        "x-a;x-b",
        "",
    ]
    if random.random() < 0.9:
        yield "access-control-allow-methods", random.choice([*methods, methods[4], methods[4]])
    if random.random() < 0.9:
        yield "access-control-allow-headers", random.choice([*headers, headers[4], headers[4]])


def _exposed(random: Random) -> Iterator[tuple[str, str]]:
    if random.random() < 0.7:
        values = ["*", "X-One", "x-two, ETag,,", "x-one, set-cookie", "x one", "*, x-two", ""]
        yield "access-control-expose-headers", random.choice(values)
