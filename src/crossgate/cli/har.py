"""A recording of a browser's traffic (HAR 1.2), as the fetches of another origin that its pages made.

What Chromium and Firefox add to the format is read where it helps, and nothing of it has to be there.
"""

import json
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from typing import Any, Final

from msgspec import Struct

from crossgate.cli.drafts import Draft, draft_of
from crossgate.cli.served import Served
from crossgate.fetch.headers import ORIGIN, REQUEST_METHOD
from crossgate.fetch.url import parse_url

_OF_SCRIPTS: Final = frozenset({"fetch", "xhr", "preflight", "eventsource", "other"})
"""Chromium's types of what CORS decides about, or may."""


class PassedOver(Enum):
    """Why an entry is no fetch to check."""

    NOT_HTTP = "not HTTP (`data:`, `blob:`, WebSockets, …)"
    NO_CORS = "without CORS (documents, images, scripts, …)"
    SAME_ORIGIN = "of a page's own origin"
    PREFLIGHT = "preflights of requests that are there too"
    REPEATED = "repeated"
    UNREADABLE = "unreadable"


class Recorded(Struct, frozen=True, kw_only=True):
    """A fetch as it was recorded, and what came of it: the answers, or `failed`, the browser's own word for it."""

    draft: Draft
    preflight: Served | None = None
    actual: Served | None = None
    failed: str | None = None


class Recording(Struct, frozen=True, kw_only=True):
    """The fetches from one origin to another, each once, and how many entries are none, and why."""

    fetches: tuple[Recorded, ...]
    passed: dict[PassedOver, int]


class _Entry(Struct, frozen=True, kw_only=True):
    method: str
    url: str
    headers: list[tuple[str, str]]
    kind: str
    served: Served | None
    failed: str | None
    sent: dict[str, str]


def read_har(text: str) -> Recording:
    """Read a recording; raises ValueError for what is none."""
    entries = [_entry(entry) for entry in _listed(text)]
    readable = [entry for entry in entries if entry is not None]
    if entries and not readable:
        raise ValueError("not a HAR file: no entry has a `request` with `method`, `url` and `headers`")
    return _recording(readable, Counter({PassedOver.UNREADABLE: len(entries) - len(readable)}))


def _listed(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"not a HAR file: it is no JSON, at line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("not a HAR file: it is nested too deeply") from error
    except ValueError as error:
        raise ValueError("not a HAR file: a number in it is too long to be read") from error
    log = found.get("log") if isinstance(found, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise ValueError("not a HAR file: there is no list `log.entries`")  # noqa: TRY004 - a fault of the text
    return entries


def _entry(entry: Any) -> _Entry | None:
    """Read one entry, None where it is not one."""
    try:
        request = entry["request"]
        headers = _headers(request)
        if request.get("cookies") and not any(name.lower() == "cookie" for name, _ in headers):
            headers.append(("Cookie", "…"))
        served, failed = _answer(entry.get("response"))
        return _Entry(
            method=str(request["method"]),
            url=str(request["url"]),
            headers=headers,
            kind=str(entry.get("_resourceType") or ""),
            served=served,
            failed=failed,
            sent={name.lower(): value for name, value in headers},
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _headers(message: Any) -> list[tuple[str, str]]:
    headers = [(header["name"], header["value"]) for header in message["headers"]]
    if not all(isinstance(text, str) for header in headers for text in header):
        raise TypeError("a header is no pair of texts")
    return headers


def _answer(response: Any) -> tuple[Served | None, str | None]:
    """Return the recorded answer, or why there is none; a status of 0 is a fetch that failed or was given up."""
    if not isinstance(response, dict):
        return None, None
    error = response.get("_error")
    status = response.get("status")
    failed = str(error) if error else "no answer" if status in {0, -1} else None
    if not isinstance(status, int) or status <= 0:
        return None, failed
    headers = tuple((name.lower(), line.strip()) for name, value in _headers(response) for line in value.split("\n"))
    return Served(status=status, headers=headers), failed


def _recording(entries: list[_Entry], passed: Counter[PassedOver]) -> Recording:
    preflights = {
        (entry.url, entry.sent[REQUEST_METHOD], entry.sent.get(ORIGIN)): entry
        for entry in entries
        if _is_preflight(entry)
    }
    own = {(entry.url, entry.method, entry.sent.get(ORIGIN)) for entry in entries if not _is_preflight(entry)}
    fetches: dict[object, Recorded] = {}
    for entry in entries:
        reason = _reason_to_pass(entry, own)
        if reason is not None:
            passed[reason] += 1
            continue
        draft = draft_of(entry.url, entry.method, entry.headers)
        reason = _reason_to_pass_draft(draft, fetches)
        if reason is not None:
            passed[reason] += 1
            continue
        asked = preflights.get((entry.url, draft.method, entry.sent.get(ORIGIN)))
        is_asked = _is_preflight(entry)
        fetches[_key(draft)] = Recorded(
            draft=draft,
            preflight=entry.served if is_asked else None if asked is None else asked.served,
            actual=None if is_asked else entry.served,
            failed=entry.failed,
        )
    return Recording(fetches=tuple(fetches.values()), passed=dict(+passed))


def _is_preflight(entry: _Entry) -> bool:
    return entry.method == "OPTIONS" and REQUEST_METHOD in entry.sent


def _reason_to_pass(entry: _Entry, own: set[tuple[str, str, str | None]]) -> PassedOver | None:
    url = parse_url(entry.url)
    if url is None or not url.is_http or entry.kind == "websocket" or entry.sent.get("upgrade", "") == "websocket":
        return PassedOver.NOT_HTTP
    if _is_preflight(entry) and (entry.url, entry.sent[REQUEST_METHOD], entry.sent.get(ORIGIN)) in own:
        return PassedOver.PREFLIGHT
    return None if _has_cors(entry) else PassedOver.NO_CORS


def _has_cors(entry: _Entry) -> bool:
    """Say whether CORS decides about an entry: its own mode says so, else its type, else its origin."""
    mode = entry.sent.get("sec-fetch-mode")
    if mode is not None:
        return mode == "cors"
    if entry.kind in _OF_SCRIPTS or not entry.kind:
        return True
    return ORIGIN in entry.sent and entry.kind not in {"document", "ping"}


def _reason_to_pass_draft(draft: Draft, fetches: dict[object, Recorded]) -> PassedOver | None:
    url = parse_url(draft.url)
    if draft.origin is None or url is None or draft.origin == url.origin:
        return PassedOver.SAME_ORIGIN
    return PassedOver.REPEATED if _key(draft) in fetches else None


def _key(draft: Draft) -> tuple[object, ...]:
    return (draft.url, draft.origin, draft.method, draft.headers, draft.credentials)


def passed_in_words(recording: Recording, *, unplanned: int = 0) -> Iterator[str]:
    """Yield how many entries are no fetches to check, and why, the most first; `unplanned` more are unreadable."""
    passed = Counter(recording.passed)
    passed[PassedOver.UNREADABLE] += unplanned
    yield from (f"{count} {reason.value}" for reason, count in passed.most_common() if count)
