"""The policies that are measured: documents of users, and the same policy for Envoy's own filter.

The filter's `CorsPolicy` is written by hand: it is the opinion of somebody who knows the filter, not of our compiler.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.load import Request
from crossgate.diagnostics import Diagnostics, render_text
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.model.gateway import GatewayConfig
from crossgate.source import Source

Json = dict[str, Any]

EXAMPLES: Final = Path(__file__).parents[1] / "examples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A configuration, the filter's equivalent of its policy, and the requests to send, each under its name."""

    sources: tuple[Source, ...]
    filter_policy: Json
    requests: dict[str, Request]

    def read(self) -> GatewayConfig:
        """Return the model; `ValueError` where the documents are wrong, which is an error of ours."""
        return configuration(self.sources)


def configuration(sources: tuple[Source, ...]) -> GatewayConfig:
    """Read documents that are known to be right."""
    report = Diagnostics()
    config = read(sources, ReadOptions(), report)
    if config is None:
        raise ValueError(render_text(report, colour=False))
    return config


def _example(*names: str) -> tuple[Source, ...]:
    return tuple(Source(name=name, text=(EXAMPLES / name).read_text(), index=at) for at, name in enumerate(names))


def _requests(
    url: tuple[str, str], granted: str, refused: str, asks: str, statuses: tuple[int, int] = (200, 200)
) -> dict[str, Request]:
    """Return the four requests of a policy, and the one that is no CORS request.

    `url` is host and path, `asks` the headers that a preflight announces, `statuses` those of what is refused: of an
    actual request and of a preflight.
    """
    host, path = url
    preflight = (("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", asks))
    found = {
        "actual, no Origin": Request(path=path, headers=(("Host", host),), grants=False),
        "actual, granted": Request(path=path, headers=(("Host", host), ("Origin", granted)), grants=True),
        "actual, refused": Request(
            path=path, headers=(("Host", host), ("Origin", refused)), grants=False, status=statuses[0]
        ),
    }
    for name, origin in (("granted", granted), ("refused", refused)):
        found[f"preflight, {name}"] = Request(
            method="OPTIONS",
            path=path,
            headers=(("Host", host), ("Origin", origin), *preflight),
            grants=name == "granted",
            status=statuses[1] if name == "refused" else 200,
        )
    return found


def higress() -> Measured:
    """Return the policy of the Higress documents: patterns with ports, the same-origin row, 403 for what is refused."""
    requests = _requests(
        ("httpbin.example.com", "/"),
        "http://app.example.org:8080",
        "http://example.test",
        "content-type,token",
        (403, 403),
    )
    own = (("Host", "httpbin.example.com"), ("Origin", "http://httpbin.example.com"))
    label = "([A-Za-z0-9_-]+\\.)+"
    return Measured(
        sources=_example("higress/httpbin.yaml"),
        filter_policy={
            "allow_origin_string_match": [
                {"exact": "http://httpbin.example.net"},
                {"safe_regex": {"regex": f"http://{label}example\\.com(:[0-9]{{1,5}})?"}},
                {"safe_regex": {"regex": f"http://{label}example\\.org:(9090|8080)"}},
            ],
            "allow_methods": "GET,POST,PATCH",
            "allow_headers": "Content-Type,Token,Authorization",
            "expose_headers": "X-Custom-Header,X-Env-UTM",
            "allow_credentials": True,
            "max_age": "3600",
            "forward_not_matching_preflights": False,
        },
        requests={**requests, "actual, same origin": Request(headers=own, grants=False)},
    )


def kgateway() -> Measured:
    """Return the policy of the kgateway documents: one exact origin; a preflight that does not match is forwarded."""
    return Measured(
        sources=_example(
            *(f"kgateway/trafficpolicy/{name}.yaml" for name in ("gateway", "httproute", "trafficpolicy"))
        ),
        filter_policy={
            "allow_origin_string_match": [{"exact": "https://example.com/"}],
            "allow_methods": "GET, POST, OPTIONS",
            "allow_headers": "Origin, Authorization, Content-Type",
            "expose_headers": "Origin, X-TrafficPolicy-Header",
            "allow_credentials": True,
            "max_age": "86400",
            "forward_not_matching_preflights": True,
        },
        requests=_requests(
            ("cors.example", "/get"),
            "https://example.com/",
            "https://example.test",
            "content-type",
        ),
    )


def kong() -> Measured:
    """Return the example of Kong: an exact origin and an expression; every preflight is answered."""
    return Measured(
        sources=_example("kong/kong.yaml"),
        filter_policy={
            "allow_origin_string_match": [
                {"exact": "http://example.net"},
                {"safe_regex": {"regex": "https://[a-z0-9-]+\\.example\\.org"}},
            ],
            "allow_methods": "GET,POST,OPTIONS",
            "allow_headers": "Content-Type,X-Auth-Token",
            "expose_headers": "X-Request-Id",
            "allow_credentials": True,
            "max_age": "3600",
            "forward_not_matching_preflights": False,
        },
        requests=_requests(
            ("api.example", "/anything"),
            "https://app.example.org",
            "https://example.test",
            "content-type",
        ),
    )


def origins(number: int) -> Measured:
    """Return a policy of so many exact origins; the one that asks is the last of them."""
    listed = [f"https://app-{at:06}.customers.example" for at in range(number)]
    config = {"origins": listed, "methods": ["GET", "POST"], "headers": ["Content-Type"], "credentials": True}
    document = {
        "_format_version": "3.0",
        "services": [
            {
                "name": "api",
                "url": "http://api.test:80",
                "routes": [{"name": "api", "paths": ["/"], "plugins": [{"name": "cors", "config": config}]}],
            }
        ],
    }
    return Measured(
        sources=(Source(name="origins.json", text=json.dumps(document)),),
        filter_policy={
            "allow_origin_string_match": [{"exact": origin} for origin in listed],
            "allow_methods": "GET,POST",
            "allow_headers": "Content-Type",
            "allow_credentials": True,
            "forward_not_matching_preflights": False,
        },
        requests=_requests(
            ("api.example", "/"),
            listed[-1],
            "https://app-x.customers.example",
            "content-type",
        ),
    )
