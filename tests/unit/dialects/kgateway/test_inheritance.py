"""Which levels the gateway has, and what one gives to another."""

from crossgate.dialects.kgateway.candidates import Candidate, Candidates, Level
from crossgate.dialects.kgateway.inheritance import levels, merge
from crossgate.dialects.kgateway.said import Said
from crossgate.model.policy import Declared, Policy
from crossgate.source import Source, Span

SPAN = Span(source=Source(name="a.yaml", text="a: b\n"), line=1, column=1, end_line=1, end_column=2)


def at(level: Level, name: str, *, is_off: bool = False, **fields: object) -> Candidate:
    policy = None if is_off else Policy(name=name, span=None, max_age=Declared(value=5), **fields)  # type: ignore[arg-type]
    return Candidate(said=Said(name=name, span=SPAN, policy=policy, is_off=is_off), level=level)


def listed(*values: str) -> tuple[Declared[str], ...]:
    return tuple(Declared(value=value) for value in values)


RULE = at(Level.FILTER, "rule", allow_origins=listed("https://a.test"))
LISTENER = at(Level.LISTENER, "listener", allow_methods=listed("PUT"))
GATEWAY = at(
    Level.GATEWAY,
    "gateway",
    allow_methods=listed("GET"),
    allow_headers=listed("X-A"),
    allow_credentials=Declared(value=True),
)
OFF = at(Level.LISTENER, "off", is_off=True)
BACKEND = at(Level.BACKEND, "backend", allow_origins=listed("https://b.test"))


def names(candidates: Candidates, *, ends_tls: bool = False) -> list[str]:
    return [found.said.name for found in levels(candidates, ends_tls=ends_tls)]


def test_rule_listener_and_gateway_are_levels_of_their_own() -> None:
    assert names(Candidates(filters=(RULE,), listener=(LISTENER,), gateway=(GATEWAY,))) == [
        "rule",
        "listener",
        "gateway",
    ]
    assert names(Candidates(gateway=(GATEWAY,))) == ["gateway"]
    assert names(Candidates()) == []


def test_a_listener_that_ends_tls_is_one_level_with_its_gateway() -> None:
    found = Candidates(filters=(RULE,), listener=(LISTENER,), gateway=(GATEWAY,))
    assert names(found, ends_tls=True) == ["rule", "listener"]
    assert names(Candidates(gateway=(GATEWAY,)), ends_tls=True) == ["gateway"]


def test_an_only_backend_comes_last_in_its_rule_and_one_of_several_before_it() -> None:
    assert names(Candidates(backends=(BACKEND,), filters=(RULE,))) == ["rule"]
    assert names(Candidates(backends=(BACKEND,), filters=(RULE,), is_split=True)) == ["backend", "rule"]
    assert names(Candidates(backends=(BACKEND,), gateway=(GATEWAY,))) == ["backend", "gateway"]


def test_each_field_is_from_the_narrowest_level_that_has_it() -> None:
    merged = merge((RULE, LISTENER, GATEWAY))
    assert merged is not None
    policy = merged.policy
    assert (policy.name, policy.allow_credentials.value) == ("rule", True)
    assert (policy.allow_origins, policy.allow_methods) == (listed("https://a.test"), listed("PUT"))
    assert policy.allow_headers == listed("X-A")
    assert [(giver.said.name, [str(gift) for gift in gifts]) for giver, gifts in merged.givers] == [
        ("listener", ["allowMethods: [PUT]"]),
        ("gateway", ["allowCredentials: true", "allowHeaders: [X-A]"]),
    ]


def test_what_is_off_at_the_narrowest_level_is_off_and_gives_nothing_elsewhere() -> None:
    assert merge((OFF, GATEWAY)) is None
    assert merge(()) is None
    merged = merge((RULE, OFF))
    assert merged is not None
    assert (merged.policy, merged.givers) == (RULE.said.policy, ())
