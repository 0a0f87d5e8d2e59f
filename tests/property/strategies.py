"""Values of the model, drawn from its whole vocabulary. Names and texts are few, so that policies and requests meet."""

from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st

from crossgate.fetch import headers as names
from crossgate.model.compose import compose
from crossgate.model.conditions import (
    OPTIONS,
    Atom,
    Condition,
    HeaderEquals,
    HeaderIs,
    HeaderState,
    MethodIn,
    Not,
    OriginIn,
    RequestedHeadersIn,
    RequestedMethodIn,
    SameOrigin,
)
from crossgate.model.edits import Append, Echo, Edit, Literal, Merge, Remove, Set, Value
from crossgate.model.origins import (
    NO_PORT,
    AnyOrigin,
    ExactOrigin,
    Normalisation,
    OriginEntry,
    OriginSet,
    RegexOrigin,
    Subject,
    WildcardOrigin,
)
from crossgate.model.table import CONTINUE, Action, Outcome, Respond, Row, Table
from crossgate.records import replace

ASKED: Final = (names.ORIGIN, names.REQUEST_METHOD, names.REQUEST_HEADERS, names.REQUEST_PRIVATE_NETWORK)
EDITED: Final = (*names.RESPONSE_HEADERS, names.VARY, "x-cors-version", "x-a", "set-cookie", "location")
EDITED_BY_ROUTES: Final = (*EDITED, "content-type", "x_y.z")
EDITED_IN_REQUESTS: Final = (*ASKED, "x-a", "content-type", "cookie", "x_y.z")
METHODS: Final = ("GET", "POST", "OPTIONS", "PUT", "get", "Put", "PATCH", "M-SEARCH")
FIELDS: Final = ("x-a", "X-B", "content-type", "a", "b", "x.y", "*", "", " a", "a,b", "\xe9", "\u212a", "k")

HOSTS: Final = ("a.test", "b.a.test", "A.Test", "xn--bcher-kva.test", "127.0.0.1", "[::1]", "a", "\xe9.test", "a.test.")
WILDCARDS: Final = (
    *("*.a.test", "*", "*a.test", "a.*.test", "*.*.test", "a.*", "*-x.a.test", "*.test", "*.A.test", "a*b*.test"),
    *("*.a.test:8080", "*.[::1]", "*.\xe9.test", "*..test"),
)
HOST_PATTERNS: Final = (
    *(r"a\.test", r"(?:.*\.)?a\.test", r".*", r"[a-z.]+", r"A\.TEST", r"(?i)A\.test", r"a.test|b\.a\.test", r"[^b].*"),
    *(
        r"\d+(?:\.\d+){3}",
        r"\[.*\]",
        "",
        r"\ba\.test\b",
        r"(?-i:a)\.test",
        r"[A-Z.]+",
        r"\xe9\.test",
        r"\PN+",
        "[\xe9]+",
    ),
)
ORIGIN_PATTERNS: Final = (
    *(r"https?://a\.test", r"https?://[^/]*\.test(:\d+)?", r".*", r"null", r"http://.*", r".*:80", r".*/", r".*:\d+/"),
    *(
        r"HTTP://A\.TEST",
        r"(?i)https?://(?:[a-z]+\.)*test",
        r".+\.test.*",
        "",
        r"[^:]+",
        r"\w+://a\.test|null",
        r".*\.test",
    ),
)

normalisations = st.builds(
    Normalisation, fold_case=st.booleans(), trailing_slash=st.booleans(), default_port=st.booleans()
)
LOOSE: Final = Normalisation(fold_case=True, trailing_slash=True, default_port=True)
schemes = st.sampled_from(["http", "https", "HTTP", "app"])
ports = st.sampled_from([NO_PORT, "80", "443", "8080", "9090", "080"])


@st.composite
def origin_texts(draw: st.DrawFn) -> str:
    if draw(st.integers(0, 9)) == 9:
        return draw(st.sampled_from(["null", "", "/", "http://", "a.test", "http://a.test:80:80", "http://a.test//"]))
    port = draw(ports)
    end = draw(st.sampled_from(["", "", "/"]))
    return f"{draw(schemes)}://{draw(st.sampled_from(HOSTS))}{':' if port else ''}{port}{end}"


@st.composite
def wildcards(draw: st.DrawFn) -> WildcardOrigin:
    allowed = draw(st.sampled_from([frozenset({NO_PORT}), None, frozenset({"80"})]) | st.frozensets(ports, min_size=1))
    hosts = WILDCARDS if allowed == frozenset({NO_PORT}) else (*WILDCARDS, *HOSTS)
    host = draw(st.sampled_from(hosts))
    return WildcardOrigin(written=host, scheme=draw(st.none() | schemes), host=host, ports=allowed)


def _regex(subject: Subject, patterns: tuple[str, ...]) -> st.SearchStrategy[RegexOrigin]:
    return st.sampled_from(patterns).map(lambda text: RegexOrigin(written=text, pattern=text, subject=subject))


exact_origins = origin_texts().map(lambda text: ExactOrigin(written=text))
regexes = _regex(Subject.HOST, HOST_PATTERNS) | _regex(Subject.ORIGIN, ORIGIN_PATTERNS)
entries: st.SearchStrategy[OriginEntry] = exact_origins | wildcards() | regexes
origin_sets = st.builds(
    OriginSet,
    entries=st.lists(entries, max_size=4).map(tuple) | st.just((AnyOrigin(),)),
    normalisation=st.sampled_from([Normalisation(), LOOSE]) | normalisations,
)

other_atoms: st.SearchStrategy[Atom] = st.one_of(
    st.builds(HeaderIs, name=st.sampled_from(ASKED), state=st.sampled_from(HeaderState)),
    st.builds(
        HeaderEquals, name=st.sampled_from(ASKED), value=st.sampled_from(["", "true", "GET", "null", "a,b", "\xe9"])
    ),
    st.builds(MethodIn, methods=st.frozensets(st.sampled_from(METHODS), max_size=3)),
    st.builds(
        RequestedMethodIn,
        methods=st.frozensets(st.sampled_from([*METHODS, "", "ss"]), max_size=3),
        fold_case=st.booleans(),
    ),
    st.builds(
        RequestedHeadersIn,
        names=st.frozensets(st.sampled_from(FIELDS), max_size=4),
        fold_case=st.booleans(),
        trim=st.booleans(),
        skip_empty=st.booleans(),
    ),
    st.just(SameOrigin()),
    st.just(OPTIONS),
)
on_origins = st.builds(OriginIn, origins=origin_sets)
atoms: st.SearchStrategy[Atom] = other_atoms | on_origins
conditions: st.SearchStrategy[Condition] = st.one_of(
    on_origins, other_atoms, st.builds(Not, condition=on_origins), st.builds(Not, condition=other_atoms)
)

texts = st.sampled_from(["", "*", "true", "Origin", "a%b", "100%", "%REQ(ORIGIN)%", "%%", "\xe9", " a ", "a, b", "0"])
echoed_names = st.just(names.ORIGIN) | st.sampled_from(ASKED)
values: st.SearchStrategy[Value] = st.one_of(
    st.builds(Literal, text=texts),
    st.builds(Echo, header=echoed_names, missing=st.sampled_from([None, "", "*", "50%"])),
    st.builds(Echo, header=st.just(names.ORIGIN), normalisation=normalisations),
)
whens = st.none() | conditions
edited_names = st.sampled_from(EDITED)
edits: st.SearchStrategy[Edit] = st.one_of(
    st.builds(Remove, name=edited_names),
    st.builds(Set, name=edited_names, value=values, when=whens),
    st.builds(Append, name=edited_names, value=values, when=whens),
    st.builds(
        Merge,
        name=st.sampled_from([name for name in EDITED if name != names.LOCATION]),
        member=st.sampled_from(["Origin", "a", "Accept-Encoding"]),
        when=whens,
    ),
)


def plain_edits(of: Sequence[str]) -> st.SearchStrategy[tuple[Edit, ...]]:
    """Draw what routes and backends edit: often nothing, and of each header one thing."""
    name, value = st.sampled_from(of), st.builds(Literal, text=texts)
    one = (
        st.builds(Remove, name=name)
        | st.builds(Set, name=name, value=value)
        | st.builds(Append, name=name, value=value)
    )
    return st.just(()) | st.lists(one, max_size=3, unique_by=lambda edit: edit.name).map(tuple)


@st.composite
def responds(draw: st.DrawFn) -> Respond:
    status = draw(st.sampled_from([200, 204, 403, 404, 503, 201, 302, 304, 400, 401, 429, 599]))
    if status in {204, 304}:
        return Respond(status=status)
    body = draw(st.sampled_from(["", "Invalid CORS request", '{"message":"\xe9 100%"}\n']))
    return Respond(status=status, body=body, content_type=draw(st.sampled_from(["text/plain", "application/json"])))


actions: st.SearchStrategy[Action] = st.just(CONTINUE) | responds()


@st.composite
def tables(draw: st.DrawFn) -> Table:
    alone = conditions.map(lambda condition: (condition,))
    whens = draw(st.lists(alone | st.tuples(conditions, conditions), max_size=4))
    rows = [
        Row(
            outcome=draw(st.sampled_from(Outcome)),
            when=when,
            action=draw(actions),
            edits=draw(st.lists(edits, max_size=3).map(tuple)),
            name=f"row-{number}",
        )
        for number, when in enumerate((*whens, ()))
    ]
    return Table(policy="policy", rows=tuple(rows), every=draw(st.lists(edits, max_size=2).map(tuple)))


@st.composite
def composed_tables(draw: st.DrawFn) -> Table:
    """Draw one table around another, or the inner one alone where their edits cannot be made at once."""
    outer, inner = replace(draw(tables()), policy="outer"), draw(tables())
    try:
        return compose(outer, inner)
    except ValueError:
        return inner
