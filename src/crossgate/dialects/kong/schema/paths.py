"""Paths, as the gateway takes and normalises them."""

import re
from typing import Final

from crossgate.dialects.kong.schema.regexes import compile_fault, refused_by_router

_ALLOWED: Final = re.compile(r"/[A-Za-z0-9.\-_~/%:@!$&'()*+,;=]*")
_RESERVED: Final = frozenset(b"!*'();:@&=+$,/?%#[]")
_TRIPLET: Final = re.compile(rb"%([0-9A-Fa-f]{2})")


def service_path(text: str) -> str | None:
    """Say what is wrong with the path of a service, in the gateway's words."""
    if not text.startswith("/"):
        return "should start with: /"
    if "//" in text:
        return "must not have empty segments"
    if not _ALLOWED.fullmatch(text):
        return f"invalid path: '{text}' (characters outside of the reserved list of RFC 3986 found)"
    return _percent(text)


def route_path(text: str) -> str | None:
    """Say what is wrong with a path of a route: a prefix, or an expression behind `~`."""
    if "//" in text:
        return "must not have empty segments"
    if not text.startswith(("/", "~/")):
        return "should start with: / (fixed path) or ~/ (regex path)"
    if _ALLOWED.fullmatch(text) and (wrong := _percent(text)) is not None:
        return wrong
    if text.startswith("~"):
        reason = compile_fault(text[1:])
        if reason is not None:
            return f"invalid regex: '{text[1:]}' (PCRE returned: {reason})"
        reason = refused_by_router(text[1:])
        return None if reason is None else f"Router Expression failed validation: {reason}"
    normal = normalised(text)
    return None if normal == text else f"non-normalized path, consider use '{normal}' instead"


def path_as_meant(text: str) -> str | None:
    """Say how to write a path of a route that lacks its first slash; None where it has it."""
    if text.startswith(("/", "~/")):
        return None
    return f"write `~/{text[1:]}`" if text.startswith("~") else f"write `/{text}`"


def _percent(text: str) -> str | None:
    raw = re.sub(r"%[0-9A-Fa-f]{2}", "___", text)
    at = raw.find("%")
    return None if at < 0 else f"invalid url-encoded value: '{raw[at : at + 3]}'"


def normalised(path: str) -> str:
    """Return a path as requests are matched: unreserved characters decoded, dot segments and double slashes gone."""

    def decoded(found: re.Match[bytes]) -> bytes:
        code = int(found[1], 16)
        return found[0].upper() if code in _RESERVED else bytes([code])

    text = _TRIPLET.sub(decoded, path.encode()).decode(errors="backslashreplace")
    segments: list[str] = []
    parts = re.sub("/+", "/", text).split("/")[1:]
    for part in parts:
        if part == "..":
            del segments[-1:]
        elif part != ".":
            segments.append(part)
    if parts and parts[-1] in {".", ".."} and (not segments or segments[-1]):
        segments.append("")
    return "/" + "/".join(segments)
