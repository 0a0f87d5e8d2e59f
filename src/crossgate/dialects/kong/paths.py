"""Paths of routes: what a prefix or an expression matches, and which path the upstream sees.

Source: the route's reference (`paths`, `strip_path`, `path_handling`). Requests are matched by their normalised path;
what a path leaves of it, its rest, joins the service's path. This module knows neither priorities nor other fields.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from crossgate.dialects.regex import alternatives
from crossgate.model.routes import PathMatch, PathPrefix, PathRegex, PathRewrite

REGEX_MARK: Final = "~"
"""What a path begins with that is an expression, from format 3.0 on."""

_LITERAL: Final = re.compile(r"[A-Za-z0-9/~!$&'()*+,;=:@\[\]._-]+")
_ESCAPE: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPE_OR_OTHER: Final = re.compile(r"%[0-9A-Fa-f]{2}|[^%]|%")
_JOINT: Final = r"(?:\.{1,2}$|\.{0,2}/)?"
"""What is dropped behind what is taken off: a slash, and dots that would lead out of the service's path."""
_NAMED: Final = re.compile(r"\(\?<(?![=!])")
_CAPTURES: Final = re.compile(r"\((?:\?P?<(?![=!])[^>]*>|(?!\?))")
_CLASS_OR_ESCAPED: Final = re.compile(r"(\[\^?\]?(?:\\.|[^\]\\])*\]|\\.)", re.DOTALL)
_SLASH: Final = "(/)"
_GROUPS: Final = 9
"""As many groups of an expression can be referred to."""
_NO_REGEX: Final = re.compile(r"[a-zA-Z0-9._~/%-]*")


class Way(Struct, frozen=True, kw_only=True):
    """A path match, and how a path that it means is rewritten."""

    match: PathMatch
    rewrite: PathRewrite | None


class Joining(Struct, frozen=True, kw_only=True):
    """How paths reach the upstream: `base` is the service's path, `strips` whether the part that matched is left out.

    `is_plain`: the two are put together as they are (`path_handling: v1`), not by one slash (`v0`).
    """

    base: str = "/"
    strips: bool = True
    is_plain: bool = False

    def prefix(self, prefix: str) -> Way:
        """Return how a prefix matches: as text, not by its segments."""
        if _LITERAL.fullmatch(prefix):
            match: PathMatch = PathPrefix(prefix=prefix, by_element=False)
            pattern = re.escape(prefix)
        else:
            pattern = "".join(map(_sent, _ESCAPE_OR_OTHER.findall(prefix)))
            match = PathRegex(pattern=f"{pattern}.*")
        strips = self.strips and prefix != "/"
        return Way(match=match, rewrite=self._stripped([pattern]) if strips else self._kept())

    def regex(self, written: str) -> Way:
        """Return how an expression matches: it holds at the start of the path and is open at the end."""
        pattern = as_sent(written)
        rewrite = self._stripped(alternatives(uncaptured(pattern))) if self.strips else self._kept()
        return Way(match=PathRegex(pattern=f"(?:{pattern}).*"), rewrite=rewrite)

    def _kept(self) -> PathRewrite | None:
        """Return how a path is rewritten of which nothing is taken off: the root alone adds no slash to the base."""
        if self.base == "/":
            return None
        if self.is_plain or self.base.endswith("/"):
            return PathRewrite(pattern="^/", substitution=self.base)
        return PathRewrite(pattern="^(?:/$|(/))", substitution=rf"{self.base}\1")

    def _stripped(self, parts: Sequence[str]) -> PathRewrite:
        r"""Return how a path is rewritten whose start, which one of `parts` matches, is taken off.

        `v0`: where nothing is left no slash is added, else one slash is. It is the path's own first one (`\1`, …).
        """
        stem, is_closed = self.base.removesuffix("/"), self.base.endswith("/")
        whole = f"(?:{'|'.join(parts)})"
        if self.is_plain:
            joint = _JOINT if is_closed else r"(?:\.{1,2}(?:/|$))?"
            return PathRewrite(pattern=f"^{whole}{joint}", substitution=self.base)
        forms = [form for part in parts for form in _forms(part)]
        slashes = sum(_SLASH in form for form in forms)
        if not stem or slashes > _GROUPS or not all(part.startswith("/") for part in parts):
            return PathRewrite(pattern=f"^{whole}{_JOINT}", substitution=f"{stem}/")
        references = "".join(rf"\{number}" for number in range(1, slashes + 1))
        return PathRewrite(pattern=f"^(?:{'|'.join(forms)})", substitution=f"{stem}{references}")


def _forms(part: str) -> Iterator[str]:
    """Yield the forms of what is taken off, the first that matches counts; a slash is kept of those that add one.

    What takes in a path to its last slash adds one, as what leaves something does.
    """
    slashed = part.replace("/", _SLASH, 1)
    bare = part.removesuffix("$")
    if bare.endswith(".*"):
        yield f"{slashed.removesuffix('$')}/$"
        yield from [f"{slashed.removesuffix('$')[:-2]}$"] if bare.endswith("/.*") else []
    if bare.endswith("/?"):
        yield rf"{bare[:-2]}(?:\.{{1,2}})?$"
    elif not bare.endswith("/"):
        yield rf"{part}(?:\.{{1,2}})?$"
    yield rf"{slashed}(?:\.{{0,2}}/)?"


def _sent(part: str) -> str:
    """Return an expression for a character, or an escape, of a prefix as clients send it."""
    if _LITERAL.fullmatch(part):
        return re.escape(part)
    return _folded(part if _ESCAPE.fullmatch(part) else quote(part, safe=""))


def _folded(escapes: str) -> str:
    """Return an expression for escapes in either letter case (RFC 3986 §6.2.2.1)."""
    return f"(?i:{escapes})"


def as_sent(expression: str) -> str:
    """Return an expression that holds for paths as clients send them: escapes in either case, no raw characters."""
    return _outside(expression, _with_escapes)


def uncaptured(expression: str) -> str:
    """Return an expression without groups that capture."""
    return _outside(expression, lambda part: _CAPTURES.sub("(?:", part))


def _outside(expression: str, change: Callable[[str], str]) -> str:
    """Change an expression where it stands outside of classes and of escaped characters."""
    parts = _CLASS_OR_ESCAPED.split(expression)
    return "".join(part if number % 2 else change(part) for number, part in enumerate(parts))


def _with_escapes(literal: str) -> str:
    folded = _ESCAPE.sub(lambda found: _folded(found[0]), _NAMED.sub("(?P<", literal))
    return re.sub(r"[^\x00-\x7f]", lambda found: _folded(quote(found[0], safe="")), folded)


def marked(path: str) -> str:
    """Return a path of a format before 3.0, where an expression had no mark, as format 3.0 writes it."""
    return path if _NO_REGEX.fullmatch(path) else f"{REGEX_MARK}{path}"
