"""What a rule that delegates leaves to the HTTPRoute that it delegates to: the matches of the child under the parent's.

Source: https://kgateway.dev/docs/traffic-management/route-delegation/. A child either repeats its parent's match in
its own (paths under the prefix, the same headers and parameters, the same method), or inherits it by annotation.
"""

import posixpath
import re
from collections.abc import Iterable
from typing import Final, TypeVar

from crossgate.dialects.documents import KubernetesObject
from crossgate.model.routes import ExactPath, HeaderMatch, PathMatch, PathPrefix, PathRegex, QueryMatch, RouteMatch
from crossgate.records import replace

_INHERITS: Final = "delegation.kgateway.dev/inherit-parent-matcher"
_YES: Final = frozenset({"true", "yes", "enabled"})

_Valued = TypeVar("_Valued", HeaderMatch, QueryMatch)


def inherits_match(child: KubernetesObject) -> bool:
    """Say whether a child's matches are relative to those of its parents."""
    text = child.annotations.get(_INHERITS)
    return text is not None and text.value.lower() in _YES


def narrowed(child: RouteMatch, parent: RouteMatch, *, inherits: bool) -> RouteMatch | None:
    """Return what a child's match means under a parent's, None where the parent does not leave it to the child."""
    if inherits:
        return _joined(child, parent)
    return child if _is_within(child, parent) else None


def _is_within(child: RouteMatch, parent: RouteMatch) -> bool:
    return (
        isinstance(parent.path, PathPrefix)
        and text_of(child.path).startswith(parent.path.prefix)
        and set(child.headers) >= set(parent.headers)
        and set(child.query) >= set(parent.query)
        and (not parent.methods or parent.methods == child.methods)
    )


def _joined(child: RouteMatch, parent: RouteMatch) -> RouteMatch:
    return replace(
        child,
        path=_path(child.path, parent.path),
        headers=_merged(child.headers, parent.headers),
        query=_merged(child.query, parent.query),
        methods=parent.methods or child.methods,
    )


def _merged(child: Iterable[_Valued], parent: Iterable[_Valued]) -> tuple[_Valued, ...]:
    """Return the conditions of both; where they name the same thing, the parent's counts."""
    found = {match.name: match for match in child} | {match.name: match for match in parent}
    return tuple(found[name] for name in sorted(found))


def _path(child: PathMatch, parent: PathMatch) -> PathMatch:
    if isinstance(parent, PathRegex):
        return PathRegex(pattern=_pattern(child, parent.pattern))
    joined = posixpath.normpath(text_of(parent) + "/" + text_of(child)).replace("//", "/")
    match child:
        case PathPrefix():
            return PathPrefix(prefix=joined, by_element=True)
        case ExactPath():
            return ExactPath(path=joined)
        case PathRegex():
            return PathRegex(pattern=joined)


def _pattern(child: PathMatch, parent: str) -> str:
    """Return an expression for what matches the parent's and goes on as the child's path."""
    start, end = parent.removesuffix("$"), "$" if parent.endswith("$") else ""
    match child:
        case PathRegex(pattern=pattern):
            return f"{start}{pattern.removeprefix('^').removesuffix('$')}{end}"
        case ExactPath(path=path):
            return f"{start}{re.escape(path)}{end}"
        case PathPrefix(prefix=prefix):
            return f"{start}{re.escape(prefix.rstrip('/'))}(?:/.*)?{end}"


def text_of(path: PathMatch) -> str:
    """Return a path or an expression for paths as text."""
    match path:
        case PathPrefix(prefix=text) | ExactPath(path=text) | PathRegex(pattern=text):
            return text
