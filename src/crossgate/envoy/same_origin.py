r"""The test whether `Origin` spells the request's own scheme, host and port.

No matcher of Envoy compares two headers, so early header mutations prepare the answer, in this order: what comes from
outside under our names is dropped; the authority without the scheme's default port; a pattern made of it, quoted
with `\Q…\E` since an authority may hold RE2 operators; the result of matching `Origin` with it. Listeners whose tables
do not ask get no mutation. Early mutations run before routing and before the trust of any filter.
"""

from typing import Final

from crossgate.envoy.matchers import Json, exact, regex
from crossgate.fetch.headers import ORIGIN
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.conditions import Condition, Not, SameOrigin
from crossgate.model.gateway import Scheme

AUTHORITY: Final = "x-cg-authority"
PATTERN: Final = "x-cg-pattern"
RESULT: Final = "x-cg-same-origin"
INTERNAL: Final = (AUTHORITY, PATTERN, RESULT)
"""Our own request headers: never believed from outside, never sent to an upstream."""

_HOST: Final = r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\[\]\\,]+)"


def is_asked(condition: Condition) -> bool:
    """Say whether a condition needs the mutations."""
    return isinstance(condition, SameOrigin) or (isinstance(condition, Not) and is_asked(condition.condition))


def matchers(scheme: Scheme) -> tuple[Json, ...]:
    """Return the matchers of the condition: the prepared answer, for a host and an `Origin` of the form of one."""
    place = rf"{_HOST}(?::[0-9]{{1,5}})?"
    origin = regex(ORIGIN, f"(?i){scheme}://{place}/?")
    return exact(RESULT, "true"), exact(":scheme", scheme), regex(":authority", place), origin


def mutations(scheme: Scheme) -> list[Json]:
    """Return the early header mutations that prepare the answer, for a listener that speaks `scheme`."""
    port = DEFAULT_PORTS[scheme]
    return [
        *({"remove": name} for name in INTERNAL),
        _set(AUTHORITY, rf"%CEL(re.extract(request.headers[':authority'], '^(.*?)(:{port})?$', '\\1'))%"),
        _set(PATTERN, rf"(?i)^{scheme}://\Q%REQ({AUTHORITY})%\E(:{port})?/?$"),
        _set(RESULT, f"%CEL(request.headers['origin'].matches(request.headers['{PATTERN}']))%"),
    ]


def _set(name: str, value: str) -> Json:
    return {
        "append": {"header": {"key": name, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"},
    }
