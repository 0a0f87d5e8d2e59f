"""How kgateway's data plane makes one policy of several levels: field by field, the narrowest that has one.

The documents have the narrower policy replace the wider one whole; what is inherited all the same is why emulation and
documents differ. Source: Envoy 1.40's CORS filter, as measured: of lists the first that is not empty, of credentials
the first that is set, and `allowCredentials: false` is left unset by kgateway.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from crossgate.dialects.kgateway.candidates import Candidate, Candidates, first
from crossgate.model.policy import Declared, Policy
from crossgate.records import replace
from crossgate.source import Span

_LISTS: Final = {
    "allowOrigins": "allow_origins",
    "allowMethods": "allow_methods",
    "allowHeaders": "allow_headers",
    "exposeHeaders": "expose_headers",
}


class Gift(Struct, frozen=True, kw_only=True):
    """A field that a policy gets from a wider one: its key in manifests, its value as text, and where it stands."""

    key: str
    value: str
    span: Span | None

    def __str__(self) -> str:
        """Write it as a manifest would have it."""
        return f"{self.key}: {self.value}"


class Merged(Struct, frozen=True, kw_only=True):
    """The policy of several levels, and what each level but the first gave to it."""

    policy: Policy
    givers: tuple[tuple[Candidate, tuple[Gift, ...]], ...] = ()


def levels(candidates: Candidates, *, ends_tls: bool) -> tuple[Candidate, ...]:
    """Return what decides at each level that has anything, the narrowest first.

    Inside a level the first replaces the others. A listener that ends TLS and its Gateway are one level, and so are a
    rule and its only backend, whose filter then comes last.
    """
    rule = (*candidates.filters, *candidates.policies)
    backends = candidates.backends
    narrow = ((backends, rule) if candidates.is_split else ((*rule, *backends),)) if backends else (rule,)
    wide = ((*candidates.listener, *candidates.gateway),) if ends_tls else (candidates.listener, candidates.gateway)
    return tuple(found for level in (*narrow, *wide) if (found := first(level)) is not None)


def merge(deciding: Sequence[Candidate]) -> Merged | None:
    """Return the policy that levels make together, None where they make none or the narrowest switches CORS off."""
    if not deciding or deciding[0].said.policy is None:
        return None
    policy = deciding[0].said.policy
    givers = []
    for candidate in deciding[1:]:
        wider = candidate.said.policy
        gifts = () if wider is None else tuple(_gifts(policy, wider))
        if wider is not None and gifts:
            policy = _filled(policy, wider)
            givers.append((candidate, gifts))
    return Merged(policy=policy, givers=tuple(givers))


def _gifts(policy: Policy, wider: Policy) -> Iterator[Gift]:
    if wider.allow_credentials.value and not policy.allow_credentials.value:
        yield Gift(key="allowCredentials", value="true", span=wider.allow_credentials.span)
    for key, field in _LISTS.items():
        given: tuple[Declared[str], ...] | None = getattr(wider, field)
        if given and not getattr(policy, field):
            yield Gift(key=key, value=f"[{', '.join(item.value for item in given)}]", span=given[0].span)


def _filled(policy: Policy, wider: Policy) -> Policy:
    credentials = policy.allow_credentials if policy.allow_credentials.value else wider.allow_credentials
    lists = {field: getattr(policy, field) or getattr(wider, field) for field in _LISTS.values()}
    return replace(policy, allow_credentials=credentials, max_age=policy.max_age or wider.max_age, **lists)
