"""Origin sets as matchers on the header `Origin`.

A user's own expression is about what normalisation leaves of the header, and a matcher sees it as it was sent. So the
form of the header is asked first, that is what there is to take off, and put back after the expression. A header has
one form only, which keeps the negation of a set small.
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from crossgate.envoy.lenient_origins import HOST as PREPARED_HOST
from crossgate.envoy.lenient_origins import ORIGIN as PREPARED_ORIGIN
from crossgate.envoy.matchers import (
    Alternative,
    Alternatives,
    Json,
    all_of,
    alternation,
    exact,
    filled,
    inverted,
    regex,
)
from crossgate.envoy.origin_patterns import PORT, SCHEME, patterns, wildcard_expression
from crossgate.fetch.headers import ORIGIN
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.origins import (
    ExactOrigin,
    Normalisation,
    OriginEntry,
    OriginSet,
    Reading,
    RegexOrigin,
    Subject,
    WildcardOrigin,
)

MOST_EXACT: Final = 5_000
"""Exact origins in one expression; RE2 takes about 20,000 when its program size is raised."""
MOST_WILDCARDS: Final = 500
MOST_EXPRESSIONS: Final = 100
"""The same of what loops. With more, RE2's automaton does not fit into its memory any more, and each letter of a long
header costs a hundred times as much."""

_HOST: Final = r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\[\]\\,]+)"
_ENDS_IN_SLASH: Final = ".*[^/]/"


class _Form(Struct, frozen=True, kw_only=True):
    """Matchers of the headers of one form, and of those among them that are in the set, any of which will do."""

    form: Alternative
    members: Sequence[Json] = ()


_Forms: TypeAlias = Sequence[_Form]
"""Forms of which every header has one."""


def matching(origins: OriginSet) -> Alternatives:
    """Return matchers that hold for the origins of a set."""
    if origins.is_any:
        return ((filled(ORIGIN),),)
    if origins.normalisation.reading is not Reading.VALUE:
        return tuple((filled(PREPARED_ORIGIN), member) for member in _prepared(origins))
    told = [(*form.form, member) for forms in _told(origins) for form in forms for member in form.members]
    return (*((member,) for member in _untold(origins)), *told)


def not_matching(origins: OriginSet) -> Alternatives:
    """Return matchers that hold for every other value of the header, and for its absence."""
    if origins.is_any:
        return ((inverted(filled(ORIGIN)),),)
    if origins.normalisation.reading is not Reading.VALUE:
        return ((exact(PREPARED_ORIGIN, ""),), tuple(inverted(member) for member in _prepared(origins)))
    outside: Alternative = tuple(inverted(member) for member in _untold(origins))
    told = [
        tuple((*form.form, *(inverted(member) for member in form.members)) for form in forms)
        for forms in _told(origins)
    ]
    return all_of([(outside,), *told])


def _prepared(origins: OriginSet) -> list[Json]:
    """Return matchers on the parts of the header that are prepared for sets that read it as a URL.

    Raises TypeError for entries that no such set has.
    """
    texts, expressions, on_host = [], [], []
    for entry in origins.entries:
        match entry:
            case ExactOrigin(written=written):
                texts.append(origins.normalisation.apply(written))
            case RegexOrigin(pattern=pattern, subject=Subject.ORIGIN):
                expressions.append(pattern)
            case RegexOrigin(pattern=pattern):
                on_host.append(pattern)
            case _:
                raise TypeError(f"not read as a URL: {entry!r}")
    return [
        *(regex(PREPARED_ORIGIN, alternation(chunk)) for chunk in _chunks(texts, MOST_EXACT)),
        *(regex(PREPARED_ORIGIN, _any_of(chunk)) for chunk in _chunks(expressions, MOST_EXPRESSIONS)),
        *(regex(PREPARED_HOST, _any_of(chunk)) for chunk in _chunks(on_host, MOST_EXPRESSIONS)),
    ]


def _untold(origins: OriginSet) -> list[Json]:
    """Return matchers of the entries whose expressions hold what normalisation takes off."""
    normalisation = origins.normalisation
    exact_ones = [entry for entry in origins.entries if isinstance(entry, ExactOrigin)]
    wildcards = [
        entry for entry in origins.entries if isinstance(entry, WildcardOrigin) and not _is_told(entry, normalisation)
    ]
    if len(exact_ones) + len(wildcards) <= MOST_WILDCARDS:
        texts = [*patterns([*exact_ones, *wildcards], normalisation, MOST_WILDCARDS)]
    else:
        texts = [*patterns(exact_ones, normalisation, MOST_EXACT), *patterns(wildcards, normalisation, MOST_WILDCARDS)]
    fold = "(?i)" if normalisation.fold_case else ""
    return [regex(ORIGIN, f"{fold}(?:{text})") for text in texts]


def _is_told(entry: OriginEntry, normalisation: Normalisation) -> bool:
    """Say whether an entry needs the form: a wildcard that might take the port to be taken off for all of a host."""
    is_loose = isinstance(entry, WildcardOrigin) and (":" in entry.host or not entry.host.strip("*"))
    return is_loose and normalisation.default_port


def _told(origins: OriginSet) -> Iterator[_Forms]:
    """Yield the forms of headers for expressions on the origin, and those for expressions on the host."""
    normalisation = origins.normalisation
    regexes = [entry for entry in origins.entries if isinstance(entry, RegexOrigin)]
    on_origin = [entry.pattern for entry in regexes if entry.subject is Subject.ORIGIN]
    on_origin += [
        wildcard_expression(entry, normalisation)
        for entry in origins.entries
        if isinstance(entry, WildcardOrigin) and _is_told(entry, normalisation)
    ]
    on_host = [entry.pattern for entry in regexes if entry.subject is Subject.HOST]
    if on_origin:
        yield tuple(_origin_forms(on_origin, normalisation))
    if on_host:
        yield tuple(_host_forms(on_host, normalisation))


def _origin_forms(expressions: Sequence[str], normalisation: Normalisation) -> Iterator[_Form]:
    """Yield the forms by what normalisation takes off: a slash, a port, both or nothing; and the empty header."""
    fold = "(?i)" if normalisation.fold_case else ""
    for slash in ("", "/") if normalisation.trailing_slash else ("",):
        form = [filled(ORIGIN)]
        if normalisation.trailing_slash:
            ends_in_slash = regex(ORIGIN, _ENDS_IN_SLASH)
            form.append(ends_in_slash if slash else inverted(ends_in_slash))
        for scheme, port in DEFAULT_PORTS.items() if normalisation.default_port else ():
            ported = regex(ORIGIN, f"{fold}{scheme}://.*:{port}{slash}")
            yield _Form(form=(ported,), members=_members(expressions, fold, end=f":{port}{slash}"))
            form.append(inverted(ported))
        yield _Form(form=tuple(form), members=_members(expressions, fold, end=slash))
    yield _Form(form=(exact(ORIGIN, ""),))


def _host_forms(expressions: Sequence[str], normalisation: Normalisation) -> Iterator[_Form]:
    """Yield the forms in which there is a host, by what follows it; and all other headers."""
    fold = "(?i)" if normalisation.fold_case else ""
    ends = [port + slash for port in ("", PORT) for slash in (("", "/") if normalisation.trailing_slash else ("",))]
    for end in ends:
        members = _members(expressions, fold, start=f"{SCHEME}://", end=end)
        yield _Form(form=(regex(ORIGIN, f"{SCHEME}://{_HOST}{end}"),), members=members)
    yield _Form(form=(inverted(regex(ORIGIN, f"{SCHEME}://{_HOST}(?:{'|'.join(ends)})")),))


def _members(expressions: Sequence[str], fold: str, *, start: str = "", end: str) -> list[Json]:
    texts = (_any_of(chunk) for chunk in _chunks(expressions, MOST_EXPRESSIONS))
    return [regex(ORIGIN, f"{fold}{start}(?:{text}){end}") for text in texts]


def _chunks(texts: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    return (texts[first : first + most] for first in range(0, len(texts), most))


def _any_of(expressions: Sequence[str]) -> str:
    return "|".join(f"(?:{expression})" for expression in expressions)
