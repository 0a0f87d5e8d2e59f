"""Whether two route matches can mean the same request, or one of them all that another one does.

Where it is not clear, as with expressions, two can mean the same and neither means all of the other.
"""

from collections.abc import Iterable

from crossgate.model.hosts import ANY_HOST
from crossgate.model.routes import ExactPath, HeaderMatch, PathMatch, PathPrefix, PathRegex, QueryMatch, RouteMatch


def can_both_mean(one: RouteMatch, other: RouteMatch) -> bool:
    """Say whether some request may be meant by both."""
    return (
        _can_share(one.methods, other.methods)
        and _can_both_be(one.path, other.path)
        and _can_share(one.server_names, other.server_names)
        and (one.hostname or ANY_HOST).overlaps(other.hostname or ANY_HOST)
        and not _contradict(one.headers, other.headers)
        and not _contradict(one.query, other.query)
    )


def means_all_of(wide: RouteMatch, narrow: RouteMatch) -> bool:
    """Say whether every request that `narrow` means is surely meant by `wide`."""
    return (
        _holds_all(wide.methods, narrow.methods)
        and _is_all_of(wide.path, narrow.path)
        and _holds_all(wide.server_names, narrow.server_names)
        and (wide.hostname or ANY_HOST).covers(narrow.hostname or ANY_HOST)
        and set(wide.headers) <= set(narrow.headers)
        and set(wide.query) <= set(narrow.query)
    )


def _can_share(one: frozenset[str], other: frozenset[str]) -> bool:
    return not one or not other or not one.isdisjoint(other)


def _holds_all(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    return not wide or (bool(narrow) and wide >= narrow)


def _contradict(some: Iterable[HeaderMatch | QueryMatch], others: Iterable[HeaderMatch | QueryMatch]) -> bool:
    """Say whether the same thing is to have two values."""
    wanted = {match.name: match.value for match in some if not match.is_regex}
    return any(wanted.get(match.name, match.value) != match.value for match in others if not match.is_regex)


def _can_both_be(one: PathMatch, other: PathMatch) -> bool:
    match one, other:
        case (PathRegex(), _) | (_, PathRegex()):
            return True
        case ExactPath(path=path), ExactPath(path=other_path):
            return path == other_path
        case (ExactPath(path=path), PathPrefix() as prefix) | (PathPrefix() as prefix, ExactPath(path=path)):
            return _begins(prefix, path)
        case PathPrefix() as prefix, PathPrefix() as other_prefix:
            return _begins(prefix, other_prefix.prefix) or _begins(other_prefix, prefix.prefix)
        case _:
            return True


def _is_all_of(wide: PathMatch, narrow: PathMatch) -> bool:
    if wide == narrow:
        return True
    match wide, narrow:
        case PathPrefix(prefix="/"), _:
            return True
        case PathPrefix(), ExactPath(path=path):
            return _begins(wide, path)
        case PathPrefix(by_element=by_element), PathPrefix(prefix=prefix):
            return _begins(wide, prefix) and (not by_element or narrow.by_element or prefix != wide.prefix)
        case _:
            return False


def _begins(prefix: PathPrefix, path: str) -> bool:
    """Say whether a path, exact or itself a prefix, begins with a prefix."""
    rest = path.removeprefix(prefix.prefix)
    if rest == path and prefix.prefix:
        return False
    return not prefix.by_element or prefix.prefix == "/" or rest[:1] in {"", "/"}
