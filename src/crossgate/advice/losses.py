"""What a change takes away: fetches of the origins that a policy lists, allowed before it and no longer after it.

An expression stands for one origin that it may mean; where it does not mean that one, nothing is told of it.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from crossgate.browser.planned import PlannedFetch
from crossgate.fetch.origin import as_browsers_send
from crossgate.model.policy import Policy
from crossgate.records import replace

_STRANGER: Final = "https://nobody.crossgate.invalid"
"""An origin that no file lists, and that only what allows everybody allows."""
_MOST_ASKED: Final = 64
"""Origins of a policy that are asked for."""


Plays = Callable[[PlannedFetch], bool]
"""Says whether a fetch is allowed by one configuration."""


def risks_of_losses(
    fetch: PlannedFetch, policies: Sequence[Policy], was_allowed: Plays, is_allowed: Plays
) -> Iterator[str]:
    """Yield in words who loses what at the URL of a fetch, where a change of policies takes something away."""
    probes = (
        probe
        for policy in policies
        for origin in (*_listed(policy), _STRANGER)
        for probe in _probes(fetch, policy, origin)
    )
    lost = (_text(probe) for probe in probes if was_allowed(probe) and not is_allowed(probe))
    yield from dict.fromkeys(lost)


def _text(probe: PlannedFetch) -> str:
    headers = " and ".join(f"`{name}`" for name, _ in probe.headers)
    if probe.origin == _STRANGER:
        return "other origins are no longer allowed: list those that are needed"
    how = f" with {headers}" if headers else ""
    credentials = f"{' and' if headers else ' with'} credentials" if probe.credentials else ""
    return f"{probe.method}{how}{credentials} is no longer allowed for `{probe.origin}`"


def _listed(policy: Policy) -> tuple[str, ...]:
    """Return origins that a policy lists or that its expressions may mean, as browsers send them."""
    found: dict[str, None] = {}
    for item in (policy.allow_origins or ())[:_MOST_ASKED]:
        literal = item.value.removeprefix("^").removesuffix("$").replace("\\.", ".")
        for meant in (item.value, literal, literal.replace(".*", "x"), literal.replace("*", "x")):
            sent = as_browsers_send(meant)
            if sent is not None:
                found[sent] = None
    return tuple(found)


def _probes(fetch: PlannedFetch, policy: Policy, origin: str) -> Iterator[PlannedFetch]:
    """Yield fetches from an origin: of every method and with every header that are listed, with credentials and not."""
    methods = dict.fromkeys(("GET", *(item.value for item in policy.allow_methods or () if item.value != "*")))
    headers = [item.value for item in policy.allow_headers or () if item.value != "*"]
    for credentials in (False, True):
        plain = replace(fetch, origin=origin, method="GET", headers=(), credentials=credentials)
        if origin == _STRANGER:
            yield plain
            continue
        yield from (replace(plain, method=method) for method in methods)
        yield from (replace(plain, headers=((header, "1"),)) for header in headers)
