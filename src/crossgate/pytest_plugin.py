"""Policy tests inside a pytest run: a file `*.cors.yaml` that names its configuration is collected, an item a case.

pytest loads this at every start, in every project of the environment, so all else is imported when there is such a
file. `-p no:crossgate` leaves it out.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from crossgate.diagnostics import Diagnostic, Diagnostics
    from crossgate.engine.decide import Engine
    from crossgate.policy_tests.cases import Case, CaseFile
    from crossgate.policy_tests.run import Result

_SUFFIXES: Final = (".cors.yaml", ".cors.yml")
_ENGINES: Final = pytest.StashKey[dict[tuple[str, ...], "Engine"]]()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "PolicyTests | None":
    """Collect files of policy tests."""
    return PolicyTests.from_parent(parent, path=file_path) if file_path.name.endswith(_SUFFIXES) else None


class PolicyTests(pytest.File):
    """A file of policy tests; what is wrong with it, or with its configuration, is one error of collection."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield its cases; a file that names no configuration is one test that is skipped."""
        from crossgate.diagnostics import Diagnostics
        from crossgate.policy_tests.report import title
        from crossgate.source import escape

        report = Diagnostics()
        cases = self._cases(report)
        if cases is None:
            raise self.CollectError(_told(report))
        if not cases.configuration:
            yield Unconfigured.from_parent(self, name="configuration")
            return
        engine = self._engine(cases, report)
        seen: dict[str, int] = {}
        for case in cases.cases:
            name = escape(title(case))
            seen[name] = seen.get(name, 0) + 1
            own = name if seen[name] == 1 else f"{name} ({seen[name]})"
            yield PolicyTest.from_parent(self, name=own, case=case, engine=engine)

    def _cases(self, report: "Diagnostics") -> "CaseFile | None":
        import io

        from crossgate.dialects.files import read_sources
        from crossgate.policy_tests.reading import read_cases

        path = os.path.relpath(self.path, self.config.invocation_params.dir)
        for source in read_sources((path if Path(path).is_file() else str(self.path),), io.StringIO(), report):
            return read_cases(source, report)
        return None

    def _engine(self, cases: "CaseFile", report: "Diagnostics") -> "Engine":
        """Return the engine of the configuration, which files that name the same one share."""
        import io

        from crossgate import collection
        from crossgate.diagnostics import Severity
        from crossgate.dialects.options import ReadOptions
        from crossgate.dialects.read import read_paths
        from crossgate.engine.decide import Engine

        folder = Path(cases.source.name).parent
        paths = tuple(str(folder / text.value) for text in cases.configuration)
        engines = self.session.stash.setdefault(_ENGINES, {})
        if paths not in engines:
            with collection.paused():
                config = read_paths(paths, io.StringIO(), ReadOptions(), report)
            errors = [found for found in report if found.severity is Severity.ERROR]
            if config is None or errors:
                raise self.CollectError(_told(errors or report))
            engines[paths] = Engine(config)
        return engines[paths]


def _told(report: "Iterable[Diagnostic]") -> str:
    from crossgate.diagnostics import render_text

    return render_text(report, colour=False)


class Unconfigured(pytest.Item):
    """Stands for a file that `crossgate test` is given with its configuration, and that pytest cannot run."""

    def runtest(self) -> None:
        """Be skipped, with the reason."""
        pytest.skip("the file names no `configuration`: `crossgate test PATH… CASES.yaml` runs it")


class PolicyTest(pytest.Item):
    """A case of a file of policy tests."""

    def __init__(self, *, case: "Case", engine: "Engine", **arguments: Any) -> None:
        super().__init__(**arguments)
        self._case = case
        self._engine = engine

    def runtest(self) -> None:
        """Play the case; fail where something is not as expected, and warn where no route means the URL."""
        from crossgate.diagnostics import Diagnostics
        from crossgate.policy_tests.run import play_case
        from crossgate.policy_tests.unrouted import report_unrouted

        result = play_case(self._case, self._engine)
        if result.mismatches:
            raise _Failed(result)
        report = Diagnostics()
        report_unrouted((result,), self._engine, report)
        for found in report:
            self.warn(pytest.PytestWarning(str(found)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the failure as `crossgate test` tells it."""
        from crossgate.cli.failures import why

        if isinstance(excinfo.value, _Failed):
            return "\n".join(why(excinfo.value.result, self._engine))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the case stands; pytest takes the dots of an item's name alone for those of a class."""
        line = self._case.expected.at.line
        return self.path, line - 1, f"{self.name} (line {line})"


class _Failed(Exception):
    """A case that is not as expected."""

    def __init__(self, result: "Result") -> None:
        super().__init__(result.case.name)
        self.result = result
