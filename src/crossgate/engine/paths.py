"""The path normalisation that the data plane does before it routes; it knows nothing of routes.

Envoy's `normalize_path` hands the path to Chromium's URL canonicaliser and `merge_slashes` runs after it. Both were
measured on Envoy 1.40; `tests/differential/test_http_edge.py` compares the two on hostile paths.
"""

import re
from typing import Final
from urllib.parse import quote

_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_DOT_PARAMETERS: Final = re.compile(r"(?:(?<=/\.)|(?<=/\.\.));[^/]*")
"""The parameters of a dot segment (`/..;x`), of one written with plain dots after a plain slash only."""
_STRAY_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})(?=(?:[0-9A-Fa-f]|%3[0-9]|%[46][1-6]){2})")
"""A `%` that is no escape, but would become one by decoding what follows."""
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AS_WRITTEN: Final = "%!$&'()*+,-./:;=@[]_~"
"""What stays as it is beside letters and digits: RFC 3986's path characters, brackets and `%`, even a stray one."""


def normalise(path: str) -> str | None:
    r"""Return `path`, absolute and without its query, as routes are matched against it; None is refused with 400.

    `\\` becomes `/`, percent-encoded unreserved characters are decoded, characters that no path may hold are encoded,
    dot segments are removed and runs of slashes merged. Every other escape keeps its letter case, `%2F` included;
    no escape comes into being by decoding (`%%34%31` is `%2541`). Only an encoded NUL is refused.
    """
    bare = _DOT_PARAMETERS.sub("", path)
    if "%00" in bare:
        return None
    escaped = _STRAY_PERCENT.sub("%25", bare.replace("\\", "/"))
    decoded = _ESCAPE.sub(_decode_unreserved, escaped)
    return _merge_slashes(_remove_dot_segments(quote(decoded, safe=_AS_WRITTEN, encoding="latin-1")))


def _decode_unreserved(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0]


def _remove_dot_segments(path: str) -> str:
    """Resolve `.` and `..` (RFC 3986 §5.2.4); a `..` too many stays at the root."""
    kept: list[str] = []
    _, *segments = path.split("/")
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _merge_slashes(path: str) -> str:
    if "//" not in path:
        return path
    merged = "/".join(filter(None, path.split("/")))
    return f"/{merged}/" if path.endswith("/") else f"/{merged}"
