"""Emulated releases of the Higress plugin against plain functions, for configurations as odd as users' files can be."""

import json
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from crossgate.dialects.options import ReadOptions
from crossgate.engine.decide import Engine
from crossgate.engine.request import BadRequest, receive
from crossgate.engine.respond import Response, respond
from tests.conformance.files import file_of, read_file
from tests.support.plain_plugin import FORWARDED, NAMES, answer

ORIGINS = (
    *("http://a.com", "https://a.com", "http://a.com:80", "http://a.com/", "HTTP://A.com", "http://b.a.com", "null"),
    *(
        "http://b.a.com:8080",
        "http://b.a.com.evil.org",
        "http://x.test",
        "x.test",
        "http://[::1]:81",
        "http://[::1",
        "*",
    ),
    *("http://u@x.test", "http://x.test/y?z#%zz", "http://a b.com", "http://%zz", "a:b", "1a:b", "//x.test", "/"),
    *(
        "http://a.com:x",
        "http://a.com,http://b.com",
        "xhttp://a.com",
        "file:///x",
        "data:,x",
        ":",
        "http:",
        "http://x.test:",
    ),
)
PATTERNS = (
    *("*", "*/", "http://*.a.com", "http://*.a.com:[8080,9090]", "http://*.a.com:[*]", "*.com", "http://a.com", "/"),
    *("http://*:*", "http://*.a.com:[80]x", "http://a.com:[ 80]", "http*://a.com", "HTTP://*A.COM", "http://(a|b).com"),
    *("*:[80]", ":[*]", "http://[::1]:[81]", "a.com:[80]:[81]", "http://b*a*m", "http://[*]:[*]"),
)
ODD: tuple[Any, ...] = (
    None,
    "",
    " ",
    5,
    0,
    1.5,
    2.0,
    True,
    False,
    [],
    {},
    ["x"],
    {"a": 1},
    "yes",
    "T",
    "600",
    "-3",
    "6e2",
    -1,
    2**31,
)
METHODS = ("GET", "get", " put ", "*", "GET,POST", "POST, *", "DELETE", "x y", "OPTIONS")
HEADERS = ("X-A", "x-b", "*", "X-A, X-B", " X-C ", "X-A,*", "Content-Type", ",")
ASKED = ("", "x-a", "X-A,x-b", "x-a, x-b", "x-a,,x-b", ",", "content-type", "dnt, authorization", "x-z", "*")


def lists(values: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Draw what may stand where a list of strings should."""
    return st.lists(st.sampled_from(values) | st.sampled_from(ODD), max_size=4) | st.sampled_from((*values, *ODD))


configurations = st.fixed_dictionaries(
    {},
    optional={
        "allow_origins": lists((*ORIGINS, "*", "*/")),
        "allow_origin_patterns": lists(PATTERNS),
        "allow_methods": lists(METHODS),
        "allow_headers": lists(HEADERS),
        "expose_headers": lists(HEADERS),
        "allow_credentials": st.sampled_from(ODD),
        "max_age": st.sampled_from(ODD),
        "unknown": st.just(1),
    },
)
UPSTREAM = (*((name, "upstream") for name in NAMES.values()), ("vary", "Accept"), ("x-cors-version", "9"))
TOLD = {name for name, _ in UPSTREAM}


@given(
    written=configurations,
    release=st.sampled_from(("1.0.0", "2.0.2")),
    scheme=st.sampled_from(("http", "https")),
    host=st.sampled_from(("x.test", "X.test:80", "x.test:443", "[::1]:81", "[::2]", "a.com")),
    method=st.sampled_from(("GET", "POST", "PUT", "DELETE", "OPTIONS", "OPTIONS", "OPTIONS", "HEAD")),
    origin=st.sampled_from(("", *ORIGINS)),
    asked=st.sampled_from((None, "", "GET", "get", "PUT", "x y", "*", "OPTIONS", "POST")),
    names=st.sampled_from((None, *ASKED)),
)
@example(
    written={"allow_methods": ["PUT, *"], "allow_headers": ["X-A, X-B"]},
    release="2.0.2",
    scheme="http",
    host="x.test",
    method="OPTIONS",
    origin="http://a.com",
    asked="GET",
    names=",",
)
@settings(deadline=None, max_examples=400)
def test_a_release_is_emulated(
    written: dict[str, Any],
    release: str,
    scheme: str,
    host: str,
    method: str,
    origin: str,
    asked: str | None,
    names: str | None,
) -> None:
    assume(written)
    config, report = read_file(
        file_of("higress", {"spec": {"pluginConfig": written}}, {}), ReadOptions(emulate={"higress": release})
    )
    assert config is not None, list(report)
    sent = {"origin": origin, "access-control-request-method": asked, "access-control-request-headers": names}
    lines = [(name, value) for name, value in sent.items() if value]
    request = receive(method, "/", [("Host", host), *lines], scheme=scheme)
    assert not isinstance(request, BadRequest)
    engine = Engine(config)
    decision = engine.decide(request, port=80)
    found = respond(engine.conditions, decision, Response(status=200, headers=UPSTREAM))

    plainly = answer(release, json.loads(json.dumps(written)), scheme, host, method, as_sent(dict(lines)))
    assert (FORWARDED if decision.answer is None else decision.answer.status) == plainly.status, plainly
    kept = [line for line in UPSTREAM if line[0] not in plainly.removed] if plainly.status == FORWARDED else []
    assert told(found.headers) == told([*kept, *plainly.added])
    if plainly.status != FORWARDED and method != "HEAD":
        assert found.body == plainly.body


def as_sent(lines: dict[str, str]) -> dict[str, str]:
    """Return header values as bytes that are characters, as all parts take them from the wire."""
    return {name: value if value.isascii() else value.encode().decode("latin-1") for name, value in lines.items()}


def told(lines: Any) -> list[tuple[str, str]]:
    """Return the members of the lines that the plugin has a say in; how lists are spread over lines does not count."""
    return sorted((name, part.strip()) for name, value in lines if name in TOLD for part in value.split(",") if part)
