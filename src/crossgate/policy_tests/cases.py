"""What a file of tests expects: one case for each fetch, each expectation with its place.

A case that says nothing expects to be blocked, and a table expects so of everything that it does not list: of the
origins and methods that it names, and of strangers that look like the origins that it allows.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from msgspec import Struct, field

from crossgate.browser.planned import PlannedFetch
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields, Text, Value, fields, string_value
from crossgate.dialects.nodes import MappingNode
from crossgate.dialects.yaml import read_documents
from crossgate.engine.respond import Response
from crossgate.fetch.lookalikes import lookalikes
from crossgate.fetch.methods import normalize_method
from crossgate.fetch.origin import OPAQUE, is_sent_by_browsers
from crossgate.fetch.url import parse_url
from crossgate.model.table import Outcome
from crossgate.source import Source, Span

_VERDICTS: Final = ("blocked", "allowed")
_STRANGER: Final = "https://stranger.example"


class Expected(Struct, frozen=True, kw_only=True):
    """What must come of a fetch; None where nothing is said. A header with a value of None must be absent."""

    is_allowed: bool
    at: Span
    status: Value[int] | None = None
    outcome: Text | None = None
    preflight: Value[bool] | None = None
    headers: tuple[tuple[str, str | None, Span], ...] = ()
    readable: tuple[str, ...] | None = None
    readable_at: Span | None = None


class Case(Struct, frozen=True, kw_only=True):
    """A fetch and what is expected of it.

    `table` is the place of the table that lists it, or does not, and `written` what its origin is there, a pattern
    maybe. `is_stranger`: nobody wrote the origin, a table implies it.
    """

    name: str
    fetch: PlannedFetch
    expected: Expected
    upstream: Response = field(default_factory=Response)
    table: Span | None = None
    written: str = ""
    is_stranger: bool = False


class CaseFile(Struct, frozen=True, kw_only=True):
    """A file of tests, and the configuration that it is about where it names one, relative to itself."""

    source: Source
    configuration: tuple[Text, ...]
    cases: tuple[Case, ...]


def read_cases(source: Source, report: Diagnostics) -> CaseFile | None:
    """Read a file of tests; None where it is not usable, which is reported."""
    found = Diagnostics()
    documents = read_documents(source, found)
    file = None
    if len(documents) == 1 and (top := fields(documents[0], found, "the file of tests")) is not None:
        configuration = tuple(top.strings("configuration"))
        tests = top.mappings("tests", required=True)
        cases = tuple(case for test in tests for case in _Test(test, found).cases())
        top.finish()
        file = CaseFile(source=source, configuration=configuration, cases=cases)
    elif len(documents) > 1:
        found.error("several-documents", "a file of tests is one document", documents[1].span, "remove the `---`")
    for diagnostic in found:
        report.add(diagnostic)
    return None if found.has_errors else file


class _Test:
    """One entry of `tests`."""

    def __init__(self, test: Fields, report: Diagnostics) -> None:
        self._test = test
        self._report = report

    def cases(self) -> Iterator[Case]:
        test = self._test
        url = test.string("url", required=True)
        name = test.string("name")
        origins, methods = self._one_or_several("origin"), self._one_or_several("method")
        credentials = test.boolean("credentials")
        headers = tuple(self._request_headers())
        upstream = self._upstream()
        table = test.mapping("allowed")
        expected = self._expected()
        allowed = {} if table is None else self._allowed(table)
        test.finish()
        if url is None or not self._is_url(url):
            return
        title = name.value if name is not None else url.value
        for written, method, wanted, is_stranger in self._cells(origins, methods, expected, table, allowed):
            origin = written if table is None else _witness(written)
            fetch = PlannedFetch(
                origin=origin,
                url=url.value,
                method=method,
                headers=headers,
                credentials=credentials is not None and credentials.value,
            )
            yield Case(
                name=title,
                fetch=fetch,
                expected=wanted,
                upstream=upstream,
                table=None if table is None else table.span,
                written=written,
                is_stranger=is_stranger,
            )

    def _cells(
        self,
        origins: list[Text],
        methods: list[Text],
        expected: Expected,
        table: Fields | None,
        allowed: dict[str, tuple[Span, dict[str, Span]]],
    ) -> Iterator[tuple[str, str, Expected, bool]]:
        if table is None:
            if not origins:
                self._report.error("missing-field", "a test needs `origin`, `origins` or `allowed`", self._test.span)
            for text in origins:
                for method in [text.value for text in methods] or ["GET"]:
                    yield text.value, normalize_method(method), expected, False
            return
        listed = {text.value: text.span for text in origins}
        listed |= {written: span for written, (span, _) in allowed.items()}
        rows = {written: row for written, (_, row) in allowed.items()}
        asked = dict.fromkeys(normalize_method(text.value) for text in methods)
        asked |= dict.fromkeys(method for _, row in allowed.values() for method in row)
        looking = (miss for origin in rows for miss in lookalikes(_witness(origin)) if is_sent_by_browsers(miss))
        strangers = [
            origin
            for origin in dict.fromkeys((_STRANGER, OPAQUE, *looking))
            if not any(_covers(written, origin) for written in listed)
        ]
        for origin in (*listed, *strangers):
            row = rows.get(origin, {})
            for method in asked or {"GET": None}:
                at = row.get(method, listed.get(origin, table.span))
                yield origin, method, Expected(is_allowed=method in row, at=at), origin not in listed

    def _one_or_several(self, one: str) -> list[Text]:
        single, several = self._test.string(one), self._test.strings(f"{one}s")
        if single is not None and self._test.has(f"{one}s"):
            message = f"`{one}` and `{one}s` exclude each other"
            self._report.error("fields-exclude-each-other", message, self._test.key_span(f"{one}s"))
        return several if single is None else [single]

    def _is_url(self, url: Text) -> bool:
        found = parse_url(url.value)
        if found is not None and found.is_http:
            return True
        self._report.error("invalid-value", f"`{url.value}` is not an http or https URL", url.span)
        return False

    def _request_headers(self) -> Iterator[tuple[str, str | None]]:
        node = self._test.node("request_headers")
        if isinstance(node, MappingNode):
            for entry in node.entries:
                value = string_value(entry.value, self._report, f"the value of `{entry.key.text}`")
                if value is not None:
                    yield entry.key.text, value.value
        elif node is not None:
            yield from ((text.value, None) for text in self._test.strings("request_headers"))

    def _expected(self) -> Expected:
        test = self._test
        verdict = test.string("expect", one_of=_VERDICTS)
        if verdict is not None and test.has("allowed"):
            message = "`expect` and `allowed` exclude each other"
            self._report.error("fields-exclude-each-other", message, test.key_span("expect"))
        readable = test.strings("readable")
        return Expected(
            is_allowed=verdict is not None and verdict.value == _VERDICTS[1],
            at=test.value_span("url") if verdict is None else verdict.span,
            status=test.integer("status", minimum=100, maximum=599),
            outcome=test.string("outcome", one_of=[outcome.value for outcome in Outcome]),
            preflight=test.boolean("preflight"),
            headers=tuple(self._headers(test.mapping("headers"))),
            readable=tuple(sorted(text.value.lower() for text in readable)) if test.has("readable") else None,
            readable_at=test.value_span("readable"),
        )

    def _headers(self, found: Fields | None) -> Iterator[tuple[str, str | None, Span]]:
        for key in () if found is None else found.unknown():
            value = found.string(key.text) if found is not None else None
            yield key.text.lower(), None if value is None else value.value, key.span

    def _allowed(self, table: Fields) -> dict[str, tuple[Span, dict[str, Span]]]:
        return {
            key.text: (key.span, {normalize_method(text.value): text.span for text in table.strings(key.text)})
            for key in table.unknown()
        }

    def _upstream(self) -> Response:
        found = self._test.mapping("upstream")
        if found is None:
            return Response()
        status = found.integer("status", minimum=200, maximum=599)
        lines = tuple((name, value or "") for name, value, _ in self._headers(found.mapping("headers")))
        found.finish()
        return Response(status=200 if status is None else status.value, headers=lines)


def _witness(written: str) -> str:
    """Return an origin that an entry of a table means; `*` stands for letters of a host, or for a port."""
    return written.replace(":*", ":8443").replace("*", "a")


def _covers(written: str, origin: str) -> bool:
    return fnmatchcase(origin, written.replace("[", "[[]"))
