"""A recording of a browser's traffic (HAR 1.2), as the fetches of another origin that its pages made."""

import json
from collections.abc import Iterator
from typing import Any

from crossgate.cli.curl import draft_of
from crossgate.cli.planning import Draft
from crossgate.fetch.headers import REQUEST_METHOD
from crossgate.fetch.url import parse_url

_Entry = tuple[str, str, dict[str, str]]


def read_har(text: str) -> list[Draft]:
    """Return the fetches from one origin to another, each once; raises ValueError for what is no recording."""
    try:
        entries = json.loads(text)["log"]["entries"]
        requests = [_request(entry["request"]) for entry in entries]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ValueError("not a HAR file: there is no `log.entries` with a `request` each") from error
    drafts = [draft_of(url, method, list(headers.items())) for method, url, headers in _wanted(requests)]
    unique = {_key(draft): draft for draft in drafts if _is_cross_origin(draft)}
    return list(unique.values())


def _request(request: dict[str, Any]) -> _Entry:
    headers = {str(header["name"]): str(header["value"]) for header in request["headers"]}
    if request.get("cookies"):
        headers.setdefault("Cookie", "…")
    return str(request["method"]), str(request["url"]), headers


def _wanted(requests: list[_Entry]) -> Iterator[_Entry]:
    """Leave out what has no CORS, and preflights whose request is there too."""
    sent = {(url, method) for method, url, _ in requests}
    for method, url, headers in requests:
        lower = {name.lower(): value for name, value in headers.items()}
        if lower.get("sec-fetch-mode", "cors") != "cors":
            continue
        if method == "OPTIONS" and (url, lower.get(REQUEST_METHOD, "")) in sent:
            continue
        yield method, url, headers


def _is_cross_origin(draft: Draft) -> bool:
    url = parse_url(draft.url)
    return url is not None and url.is_http and draft.origin is not None and draft.origin != url.origin


def _key(draft: Draft) -> tuple[object, ...]:
    return (draft.url, draft.origin, draft.method, draft.headers, draft.credentials)
