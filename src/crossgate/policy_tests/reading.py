"""A file of tests → its cases. What is wrong is told at its place, and so is what passes whatever the policies say.

A case that says nothing expects to be blocked, and a table expects so of everything that it does not list.
"""

from collections.abc import Callable, Iterator
from typing import Final

from crossgate.browser.planned import PlannedFetch
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields, Text, Value, fields, string_value
from crossgate.dialects.nodes import MappingNode
from crossgate.dialects.yaml import EMPTY_FILE, read_documents
from crossgate.engine.respond import Response
from crossgate.fetch.methods import normalize_method
from crossgate.fetch.origin import OPAQUE
from crossgate.fetch.url import Url
from crossgate.model.table import Outcome
from crossgate.policy_tests.cases import Case, CaseFile, Cell, Expected, ExpectedHeader
from crossgate.policy_tests.sendable import check_header, check_method, check_origin, check_url
from crossgate.policy_tests.tables import Row, cells, check_pattern, row_of
from crossgate.records import replace
from crossgate.source import Source, Span

_VERDICTS: Final = ("blocked", "allowed")
_OUTCOMES: Final = tuple(outcome.value for outcome in Outcome)
_NO_TESTS: Final = "a file without tests would pass whatever the policies say"

Found = tuple[str, str, Expected, Cell | None]
"""An origin, a method, what is expected, and the place in a table."""


def read_cases(source: Source, report: Diagnostics) -> CaseFile | None:
    """Read a file of tests; None where it is not usable, which is reported."""
    found = Diagnostics()
    documents = read_documents(source, found)
    file = None
    if len(documents) == 1 and (top := fields(documents[0], found, "the file of tests")) is not None:
        configuration = tuple(top.strings("configuration"))
        tests = top.mappings("tests", required=True)
        if top.has("tests") and not top.items("tests"):
            found.error("no-tests", "there is no test", top.value_span("tests"), _NO_TESTS)
        cases = tuple(_cases(tests, found))
        top.finish()
        file = CaseFile(source=source, configuration=configuration, cases=cases)
    elif len(documents) > 1:
        found.error("several-documents", "a file of tests is one document", documents[1].span, "remove the `---`")
    for diagnostic in found:
        if diagnostic.id == EMPTY_FILE:
            report.error("no-tests", "there is no test", diagnostic.span, _NO_TESTS)
        else:
            report.add(diagnostic)
    return None if found.has_errors else file


def _cases(tests: list[Fields], report: Diagnostics) -> Iterator[Case]:
    names: dict[str, Span] = {}
    for test in tests:
        name = test.string("name")
        if name is not None and (first := names.setdefault(name.value, name.span)) is not name.span:
            message = f"two tests are called `{name.value}`"
            report.error("duplicate-name", message, name.span, related=[("the other one", first)])
        yield from _Test(test, report).cases(name)


class _Test:
    """One entry of `tests`."""

    def __init__(self, test: Fields, report: Diagnostics) -> None:
        self._test = test
        self._report = report

    def cases(self, name: Text | None) -> Iterator[Case]:
        test = self._test
        url = test.string("url", required=True)
        read = None if url is None else check_url(url, self._report)
        credentials = test.boolean("credentials")
        headers = tuple(self._request_headers())
        upstream = self._upstream()
        found = list(self._found(read))
        test.finish()
        if url is None or read is None:
            return
        base = PlannedFetch(
            origin=OPAQUE,
            url=url.value,
            headers=headers,
            credentials=credentials is not None and credentials.value,
        )
        for origin, method, expected, cell in found:
            yield Case(
                name=url.value if name is None else name.value,
                fetch=replace(base, origin=origin, method=method),
                expected=expected,
                test=url.span,
                upstream=upstream,
                cell=cell,
            )

    def _found(self, url: Url | None) -> Iterator[Found]:
        """Yield what the test asks: every origin with every method, or the cells of its table."""
        table, is_written = self._test.mapping("allowed"), self._is_written
        origins = self._one_or_several("origin", check_origin if table is None else check_pattern)
        methods = [normalize_method(text.value) for text in self._one_or_several("method", check_method)]
        expected = self._expected()
        if table is not None:
            rows = list(self._rows(table))
            yield from cells(table.span, rows, origins, methods, "" if url is None else url.origin)
            return
        if is_written("allowed"):
            self._report.error("empty-field", "`allowed` says nothing", self._test.key_span("allowed"))
        elif not is_written("origin") and not is_written("origins"):
            self._report.error("missing-field", "a test needs `origin`, `origins` or `allowed`", self._test.span)
        for origin in origins:
            for method in methods or ["GET"]:
                yield origin.value, method, expected, None

    def _is_written(self, key: str) -> bool:
        return self._test.key_span(key) is not self._test.span

    def _one_or_several(self, one: str, check: Callable[[Text, Diagnostics], bool]) -> list[Text]:
        """Return the values of a key, or of its plural, that no check complains about."""
        test, several = self._test, f"{one}s"
        single, listed = test.string(one), test.strings(several)
        if single is not None and test.has(several):
            message = f"`{one}` and `{several}` exclude each other"
            self._report.error("fields-exclude-each-other", message, test.key_span(several))
        if not test.has(one) and self._is_written(one):
            hint = 'the origin `null` is a text: write `"null"`' if one == "origin" else None
            self._report.error("empty-field", f"`{one}` says nothing", test.key_span(one), hint)
        if self._is_written(several) and not test.items(several):
            self._report.error("empty-field", f"`{several}` says nothing", test.key_span(several))
        return [text for text in (listed if single is None else [single]) if check(text, self._report)]

    def _request_headers(self) -> Iterator[tuple[str, str | None]]:
        node, report = self._test.node("request_headers"), self._report
        if isinstance(node, MappingNode):
            for entry in node.entries:
                name = Value(value=entry.key.text, span=entry.key.span)
                value = string_value(entry.value, report, f"the value of `{name.value}`")
                if check_header(name, value, report) and value is not None:
                    yield name.value, value.value
        elif node is not None:
            names = self._test.strings("request_headers")
            yield from ((name.value, None) for name in names if check_header(name, None, report))

    def _expected(self) -> Expected:
        test = self._test
        verdict = test.string("expect", one_of=_VERDICTS)
        readable = test.strings("readable")
        expected = Expected(
            is_allowed=verdict is not None and verdict.value == _VERDICTS[1],
            at=test.value_span("url") if verdict is None else verdict.span,
            verdict_at=None if verdict is None else verdict.span,
            status=test.integer("status", minimum=100, maximum=599),
            outcome=test.string("outcome", one_of=_OUTCOMES),
            preflight=test.boolean("preflight"),
            headers=tuple(self._headers(test.mapping("headers"))),
            readable=tuple(sorted(text.value.lower() for text in readable)) if test.has("readable") else None,
            readable_at=test.value_span("readable"),
        )
        if test.has("allowed"):
            for key in filter(test.has, ("expect", "status", "outcome", "preflight", "headers", "readable")):
                message = f"`{key}` and `allowed` exclude each other"
                hint = "say it in a test of its own"
                self._report.error("fields-exclude-each-other", message, test.key_span(key), hint)
        return expected

    def _headers(self, found: Fields | None) -> Iterator[ExpectedHeader]:
        for key in () if found is None else found.unknown():
            value = None if found is None else found.string(key.text)
            yield ExpectedHeader(
                name=key.text.lower(),
                value=None if value is None else value.value,
                at=key.span,
                value_at=key.span if found is None else found.value_span(key.text),
            )

    def _rows(self, table: Fields) -> Iterator[Row]:
        for key in table.unknown():
            origin = Value(value=key.text, span=key.span)
            listed = [text for text in table.strings(key.text) if check_method(text, self._report)]
            if check_pattern(origin, self._report):
                yield row_of(origin, listed, table.value_span(key.text))

    def _upstream(self) -> Response:
        found = self._test.mapping("upstream")
        if found is None:
            return Response()
        status = found.integer("status", minimum=200, maximum=599)
        lines = tuple((line.name, line.value or "") for line in self._headers(found.mapping("headers")))
        found.finish()
        return Response(status=200 if status is None else status.value, headers=lines)
