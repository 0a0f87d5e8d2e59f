"""Invariant: whatever the lines of a batch hold, each gets one line of JSON in its place, in time and memory.

A line that is no request gets an error, never a traceback; and the next line is answered as if it had not been there.
"""

import io
import json
from functools import cache
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from crossgate.cli import batch
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.engine.decide import Engine
from crossgate.source import Source
from tests.fuzz import seeds
from tests.fuzz.bounds import fuzzing, in_memory, in_time
from tests.fuzz.mutations import WORDS

KNOWN = {"id": "known", "url": "http://a.example.com/exact", "headers": [["Origin", "https://a.example"]]}

words = st.sampled_from(WORDS) | st.text(max_size=10)
values: st.SearchStrategy[Any] = st.recursive(
    words | st.integers() | st.floats() | st.booleans() | st.none() | st.sampled_from([2**64, -(10**30), 1e308]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(
    ["Origin", "Host", "Access-Control-Request-Method", "access-control-request-headers", "Connection", "Upgrade"]
)
pairs = st.lists(st.lists(names | words, min_size=2, max_size=2), max_size=4)
urls = st.builds(
    "{}{}{}".format,
    st.sampled_from(["http://", "https://", "HTTP://u:p@", "//", "ftp://", ""]),
    st.sampled_from(["a.example.com", "[::1]:80", "a:99999", "%", "a b", "é.test", "[", ""]),
    st.sampled_from(["/", "", "/exact?q=a", "/%2e%2e/", "/\\", "/%zz", "?#", "/a b", "/\U0001f4a5"]),
)
upstreams = st.fixed_dictionaries(
    {}, optional={"status": st.integers(-1, 700) | values, "headers": pairs | values, "body": words | values}
)
requests = st.fixed_dictionaries(
    {},
    optional={
        "id": words | values,
        "method": st.sampled_from(["GET", "OPTIONS", "HEAD", "CONNECT", ""]) | values,
        "url": urls | values,
        "headers": pairs | values,
        "upstream": upstreams | values,
    },
)
lines = st.one_of(
    requests.map(lambda request: json.dumps(request).encode()),
    values.map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")),
    st.binary(max_size=60),
)


@cache
def engine() -> Engine:
    """Return an engine for all three dialects at once."""
    documents = [document for file in seeds.files()[-3:] for document in file]
    sources = [
        Source(name=str(index), text=json.dumps(document), index=index) for index, document in enumerate(documents)
    ]
    config = read(sources, ReadOptions(), Diagnostics())
    assert config is not None
    return Engine(config)


@given(given_lines=st.lists(lines, max_size=4))
@example(given_lines=[b'{"id": 1e999, "url": "http://a/"}'])
@example(given_lines=[b'{"id": ' + b"9" * 5000 + b"}"])
@example(given_lines=[b"[" * 100_000])
@example(given_lines=[b'{"id": "\\ud800", "url": "http://a/"}'])
@fuzzing(few=400)
def test_lines_that_are_anything(given_lines: list[bytes]) -> None:
    texts = [line.replace(b"\n", b" ") for line in [*given_lines, json.dumps(KNOWN).encode()]]
    out = io.StringIO()
    with in_memory(), in_time():
        batch.answer_lines(engine(), io.BytesIO(b"\n".join(texts)), out)
    answered = [json.loads(line, parse_constant=refuse) for line in out.getvalue().splitlines()]
    assert len(answered) == sum(bool(text.strip()) for text in texts)
    assert all(("error" in found) != ("outcome" in found) for found in answered)
    assert answered[-1]["id"] == "known"
    assert answered[-1]["outcome"] == "actual-allowed"


def test_a_line_that_is_too_long_takes_no_more_memory_than_a_long_one() -> None:
    endless = io.BytesIO(b" " * (3 * batch.LONGEST_LINE) + b"\n" + json.dumps(KNOWN).encode())
    out = io.StringIO()
    with in_memory(), in_time():
        batch.answer_lines(engine(), endless, out)
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert "longer than" in first["error"]["message"]
    assert second["outcome"] == "actual-allowed"


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")
