"""Policy tests inside a pytest run: a file `*.cors.yaml` that names its configuration is collected, an item a case.

pytest loads this at its start, so everything else is imported when there is such a file.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from crossgate.engine.decide import Engine
    from crossgate.policy_tests.run import Result

_SUFFIX: Final = ".cors.yaml"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "PolicyTests | None":
    """Collect files of policy tests."""
    return PolicyTests.from_parent(parent, path=file_path) if file_path.name.endswith(_SUFFIX) else None


class PolicyTests(pytest.File):
    """A file of policy tests."""

    def collect(self) -> Iterator["PolicyTest"]:
        """Yield its cases, played."""
        from crossgate.diagnostics import Diagnostics, render_text
        from crossgate.dialects.files import read_sources
        from crossgate.dialects.options import ReadOptions
        from crossgate.dialects.read import read
        from crossgate.engine.decide import Engine
        from crossgate.policy_tests.reading import read_cases
        from crossgate.policy_tests.report import title
        from crossgate.policy_tests.run import run
        from crossgate.source import Source

        report = Diagnostics()
        cases = read_cases(Source(name=str(self.path), text=self.path.read_text(encoding="utf-8")), report)
        config = None
        if cases is not None:
            if not cases.configuration:
                report.error("missing-field", "the file of tests does not name its `configuration`", None)
            paths = [str(self.path.parent / text.value) for text in cases.configuration]
            config = read(read_sources(paths, io.StringIO(), report), ReadOptions(), report) if paths else None
        if cases is None or config is None:
            raise self.CollectError(render_text(report, colour=False))
        engine = Engine(config)
        for result in run(cases.cases, engine).results:
            yield PolicyTest.from_parent(self, name=title(result), result=result, engine=engine)


class PolicyTest(pytest.Item):
    """A case of a file of policy tests, played."""

    def __init__(self, *, result: "Result", engine: "Engine", **arguments: Any) -> None:
        super().__init__(**arguments)
        self._result = result
        self._engine = engine

    def runtest(self) -> None:
        """Fail where something is not as expected."""
        if self._result.mismatches:
            raise _Failed

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the failure as `crossgate test` tells it."""
        from crossgate.cli.failures import why

        if isinstance(excinfo.value, _Failed):
            return "\n".join(why(self._result, self._engine))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the case stands."""
        return self.path, self._result.case.expected.at.line - 1, self.name


class _Failed(Exception):
    """A case that is not as expected."""
