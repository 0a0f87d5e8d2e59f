"""Origin sets as RE2 on the header `Origin`.

The text is made for bounded work: literals and one loop over labels, never `.*`. A set that is too large for one
expression becomes several alternatives. A user's own expression is applied to the header as it was sent, so what
normalisation takes off is put back around it, one alternative for each way in which it can have been written.
"""

from collections.abc import Iterator
from typing import Final

from crossgate.envoy.matchers import Alternative, Alternatives, Json, filled, inverted, quote, regex
from crossgate.fetch.headers import ORIGIN
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.origins import (
    NO_PORT,
    ExactOrigin,
    Normalisation,
    OriginSet,
    RegexOrigin,
    Subject,
    WildcardOrigin,
)

CHUNK: Final = 5_000
"""Entries in one expression; Envoy's RE2 takes about 20,000 literal origins when its program size is raised."""

SCHEME: Final = "[A-Za-z][A-Za-z0-9+.-]*"
_LABELS: Final = r"(?:[A-Za-z0-9_-]+\.)+"
_RUN: Final = r"[^/@,\s]*"
_HOST: Final = r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\[\]\\,]+)"
_PORT: Final = ":[0-9]{1,5}"


def matching(origins: OriginSet) -> Alternatives:
    """Return matchers that hold for the origins of a set."""
    if origins.is_any:
        return ((filled(ORIGIN),),)
    fold = "(?i)" if origins.normalisation.fold_case else ""
    simple = sorted(
        {
            text
            for entry in origins.entries
            if isinstance(entry, ExactOrigin | WildcardOrigin)
            for text in _patterns(entry, origins.normalisation)
        }
    )
    chunks = [simple[start : start + CHUNK] for start in range(0, len(simple), CHUNK)]
    alternatives: list[Alternative] = [(regex(ORIGIN, f"{fold}(?:{'|'.join(chunk)})"),) for chunk in chunks]
    for entry in origins.entries:
        if isinstance(entry, RegexOrigin):
            alternatives += _own_expression(entry, origins.normalisation, fold)
    return tuple(alternatives)


def _patterns(entry: ExactOrigin | WildcardOrigin, normalisation: Normalisation) -> Iterator[str]:
    slash = "/?" if normalisation.trailing_slash else ""
    if isinstance(entry, ExactOrigin):
        value = normalisation.apply(entry.written)
        port = _implied_port(value, normalisation)
        yield f"{quote(value)}{port}{slash}"
        return
    schemes = [quote(entry.scheme)] if entry.scheme is not None else [SCHEME]
    for scheme in schemes:
        yield f"{scheme}://{_glob(entry.host)}{_ports(entry.ports)}{slash}"


def _implied_port(value: str, normalisation: Normalisation) -> str:
    """Return the port that may be written after a normalised value without meaning another origin."""
    if not normalisation.default_port:
        return ""
    return next((f"(?::{port})?" for scheme, port in DEFAULT_PORTS.items() if value.startswith(f"{scheme}://")), "")


def _glob(host: str) -> str:
    labels = ""
    if host.startswith("*."):
        labels, host = _LABELS, host[2:]
    return labels + _RUN.join(quote(part) for part in host.split("*"))


def _ports(ports: frozenset[str] | None) -> str:
    if ports is None:
        return f"(?:{_PORT})?"
    listed = "|".join(f":{port}" for port in sorted(ports - {NO_PORT}))
    if not listed:
        return ""
    return f"(?:{listed})?" if NO_PORT in ports else f"(?:{listed})"


def _own_expression(entry: RegexOrigin, normalisation: Normalisation, fold: str) -> Iterator[Alternative]:
    """Yield one alternative for each form that the header may have: slash or none, implied port or none."""
    for slash in ("", "/") if normalisation.trailing_slash else ("",):
        for shape, pattern in _written_forms(entry, normalisation):
            yield regex(ORIGIN, f"{fold}{shape}{slash}"), regex(ORIGIN, f"{fold}{pattern}{slash}")
        if entry.subject is Subject.ORIGIN:
            yield (filled(ORIGIN), *_nothing_implied(normalisation, fold, slash), _whole(entry, fold, slash))


def _written_forms(entry: RegexOrigin, normalisation: Normalisation) -> Iterator[tuple[str, str]]:
    """Yield shapes of the header, each with the expression that the user's own becomes under it."""
    if entry.subject is Subject.HOST:
        for port in ("", _PORT):
            yield f"{SCHEME}://{_HOST}{port}", f"{SCHEME}://(?:{entry.pattern}){port}"
    elif normalisation.default_port:
        for scheme, number in DEFAULT_PORTS.items():
            yield f"{scheme}://.*:{number}", f"(?:{entry.pattern}):{number}"


def _nothing_implied(normalisation: Normalisation, fold: str, slash: str) -> Iterator[Json]:
    """Yield matchers for a header in which nothing is written that normalisation takes off, but for `slash`."""
    if normalisation.trailing_slash and not slash:
        yield inverted(regex(ORIGIN, ".*/"))
    if normalisation.default_port:
        for scheme, port in DEFAULT_PORTS.items():
            yield inverted(regex(ORIGIN, f"{fold}{scheme}://.*:{port}{slash}"))


def _whole(entry: RegexOrigin, fold: str, slash: str) -> Json:
    return regex(ORIGIN, f"{fold}(?:{entry.pattern}){slash}")
