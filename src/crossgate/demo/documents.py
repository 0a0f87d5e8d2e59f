"""The requests of the gateways' documents, as commands to paste, with the answer that the documents promise.

They are the documents' own, letter for letter but for line breaks and for where the gateway listens. Kong's documents
show requests and responses in place of commands; the commands for these are ours.
"""

from typing import Final

from msgspec import Struct

from crossgate.demo.gateways import HIGRESS, KGATEWAY, KONG, Gateway


class Command(Struct, frozen=True, kw_only=True):
    """A command in the lines in which it is shown, `{gateway}` standing for its URL; and what to expect of it."""

    lines: tuple[str, ...]
    expect: str


def _kgateway(origin: str, expect: str) -> Command:
    return Command(
        lines=(
            'curl -I -X OPTIONS {gateway}/get -H "host: cors.example:8080"',
            f'-H "Origin: {origin}"',
            '-H "Access-Control-Request-Method: POST"',
            '-H "Access-Control-Request-Headers: Origin"',
        ),
        expect=expect,
    )


def _higress(start: str, expect: str, *asked: str) -> Command:
    return Command(lines=(start, *asked, r"{gateway}/anything/get\?foo\=1"), expect=expect)


def _higress_preflight(origin: str, expect: str, *asked: str) -> Command:
    return _higress(f'curl -v -X OPTIONS -H "Origin: {origin}" -H "Host: httpbin.example.com"', expect, *asked)


def _kong(target: str, origin: str, expect: str, *options: str) -> Command:
    lines = (f'curl -i {{gateway}}{target} -H "Host: example.com" -H "Origin: {origin}"', *options)
    return Command(lines=lines, expect=expect)


_ALLOWED: Final = "http://httpbin2.example.org:9090"

COMMANDS: Final[tuple[tuple[Gateway, tuple[Command, ...]], ...]] = (
    (
        KGATEWAY,
        (
            _kgateway(
                "https://example.com/",
                "200 from the gateway: allow-origin https://example.com/, allow-methods GET, POST, OPTIONS",
            ),
            _kgateway(
                "https://notallowed.com/",
                "200 from httpbin, which allows https://notallowed.com/ itself: what doesn't match is forwarded",
            ),
        ),
    ),
    (
        HIGRESS,
        (
            _higress(
                f'curl -v -H "Origin: {_ALLOWED}" -H "Host: httpbin.example.com"',
                f"200: allow-origin {_ALLOWED}, expose-headers X-Custom-Header,X-Env-UTM",
            ),
            _higress_preflight(
                _ALLOWED,
                "200: allow-methods GET,POST,PATCH, allow-headers Content-Type,Token,Authorization",
                '-H "Access-Control-Request-Method: POST"',
                '-H "Access-Control-Request-Headers: Content-Type, Token"',
            ),
            _higress_preflight(
                "http://httpbin2.example.org",
                "403 Invalid CORS request: of this host, the ports 9090 and 8080 are allowed",
                '-H "Access-Control-Request-Method: GET"',
            ),
            _higress_preflight(
                _ALLOWED,
                "403 Invalid CORS request: DELETE is not allowed",
                '-H "Access-Control-Request-Method: DELETE"',
            ),
            _higress_preflight(
                _ALLOWED,
                "403 Invalid CORS request: TokenView is not allowed",
                '-H "Access-Control-Request-Method: GET"',
                '-H "Access-Control-Request-Headers: TokenView"',
            ),
        ),
    ),
    (
        KONG,
        (
            _kong("/get", "http://example.net", "200: allow-origin http://example.net, which matches"),
            _kong(
                "/get",
                "http://badbadcors.example",
                "200: allow-origin http://example.net, which doesn't match: a browser discards the answer",
            ),
            _kong(
                "/anything/order",
                "https://shop.example.org",
                "200: allow-methods GET,POST,OPTIONS, allow-headers Content-Type,X-Auth-Token",
                "-X OPTIONS",
                '-H "Access-Control-Request-Method: POST"',
                '-H "Access-Control-Request-Headers: X-Auth-Token"',
            ),
            _kong(
                "/post",
                "http://example.net",
                "404 no Route matched: the route is for POST only, and its preflight is an OPTIONS request",
                "-X OPTIONS",
                '-H "Access-Control-Request-Method: POST"',
            ),
            _kong(
                "/post",
                "http://example.net",
                "200: allow-origin http://example.net: the request itself finds the route",
                "-d hello",
            ),
        ),
    ),
)
"""The commands of each gateway."""
