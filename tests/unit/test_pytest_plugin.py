"""Policy tests inside a pytest run of somebody else's project."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.policy_tests.files import POLICY

TESTS = """\
configuration: [kong.yaml]
tests:
  - {name: read, url: 'https://s.test/r', origin: 'https://a.test', expect: allowed}
  - {name: write, url: 'https://s.test/r', origin: 'https://a.test', method: DELETE, expect: allowed}
"""


QUIET = ("-p", "no:cacheprovider", "-p", "no:crossgate", "-p", "crossgate.pytest_plugin")
BARE = """\
import sys


def test_it():
    named = {name for name in sys.modules if name.partition(".")[0] in {"crossgate", "click", "yaml", "re2", "msgspec"}}
    assert named <= {"crossgate", "crossgate.pytest_plugin"}
"""


def run_pytest(
    folder: Path, *arguments: str, plugins: tuple[str, ...] = QUIET, path: Path | None = None
) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", *plugins, *(arguments or (".",))]
    paths = [os.environ.get("PYTHONPATH", ""), *([] if path is None else [str(path)])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    assert "INTERNALERROR" not in done.stdout + done.stderr
    return done.returncode, done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "kong.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "shop.cors.yaml").write_text(TESTS, encoding="utf-8")
    return tmp_path


def test_a_case_is_an_item_and_a_failure_is_told_as_the_command_tells_it(project: Path) -> None:
    code, told = run_pytest(project)
    assert code == 1
    assert "1 failed, 1 passed" in told
    assert "expected allowed, got blocked: `Access-Control-Allow-Methods` does not list `DELETE`" in told
    assert "write: DELETE from https://a.test (line 4)" in told
    assert "FAILED shop.cors.yaml::write: DELETE from https://a.test" in told
    assert "(shop.cors.yaml:4:" in told
    assert "Traceback" not in told


def test_cases_are_chosen_and_listed_as_other_tests_are(project: Path) -> None:
    assert "1 passed, 1 deselected" in run_pytest(project, "-k", "read")[1]
    assert run_pytest(project, "shop.cors.yaml::read: GET from https://a.test")[0] == 0
    code, told = run_pytest(project, "--collect-only", "-q")
    assert code == 0
    assert "shop.cors.yaml::read: GET from https://a.test\nshop.cors.yaml::write: DELETE from https://a.test\n" in told


def test_several_processes_share_the_cases(project: Path) -> None:
    (project / "more.cors.yml").write_text(TESTS, encoding="utf-8")
    code, told = run_pytest(project, "-n", "2")
    assert code == 1
    assert "2 failed, 2 passed" in told


def test_a_project_may_be_tested_from_elsewhere(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    code, told = run_pytest(elsewhere, "--rootdir", str(elsewhere), str(project), "-k", "read")
    assert code == 0, told


@pytest.mark.parametrize(
    ("tests", "told_of"),
    [
        ("configuration: [kong.yaml]\ntests: []\n", "there is no test"),
        (TESTS.replace("expect", "expct", 1), "unknown field `expct` in an item of `tests`\n --> shop.cors.yaml:3:"),
        (TESTS.replace("kong.yaml", "gone.yaml"), "cannot read `gone.yaml`: no such file or directory"),
        ("tests: [", "shop.cors.yaml:"),
        ("tests: \xff", "not UTF-8"),
    ],
)
def test_a_file_that_is_not_usable_is_one_error(project: Path, tests: str, told_of: str) -> None:
    (project / "shop.cors.yaml").write_bytes(tests.encode("latin-1"))
    code, told = run_pytest(project)
    assert code == 2
    assert told_of in told
    assert "1 error in" in told
    assert "Traceback" not in told


def test_policies_with_errors_are_one_error(project: Path) -> None:
    (project / "kong.yaml").write_text(POLICY.replace("headers: [X-A]", "headers: 1"), encoding="utf-8")
    code, told = run_pytest(project)
    assert code == 2
    assert "kong.yaml:11:" in told


def test_a_file_without_configuration_is_skipped_with_the_reason(project: Path) -> None:
    (project / "shop.cors.yaml").write_text(TESTS.partition("\n")[2], encoding="utf-8")
    code, told = run_pytest(project, "-rs")
    assert code == 0
    assert "1 skipped" in told
    assert "the file names no `configuration`: `crossgate test PATH… CASES.yaml` runs it" in told


def test_cases_of_one_name_are_told_apart(project: Path) -> None:
    unnamed = "  - {url: 'https://s.test/r', origin: 'https://c.test'}\n"
    (project / "shop.cors.yaml").write_text(f"configuration: [kong.yaml]\ntests:\n{unnamed * 2}", encoding="utf-8")
    told = run_pytest(project, "-v")[1]
    assert "GET from https://c.test PASSED" in told
    assert "GET from https://c.test (2) PASSED" in told


def test_a_url_that_no_route_means_is_a_warning(project: Path) -> None:
    test = "  - {url: 'https://s.test/typo', origin: 'https://c.test'}\n"
    (project / "shop.cors.yaml").write_text(f"configuration: [kong.yaml]\ntests:\n{test}", encoding="utf-8")
    code, told = run_pytest(project)
    assert code == 0
    assert "no route means `https://s.test/typo`" in told


def test_where_it_is_installed_it_is_loaded_and_can_be_left_out(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    site = tmp_path_factory.mktemp("site")
    installed = site / "crossgate-0.1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: crossgate\nVersion: 0.1.0\n", encoding="utf-8")
    (installed / "entry_points.txt").write_text("[pytest11]\ncrossgate = crossgate.pytest_plugin\n", encoding="utf-8")
    quiet = ("-p", "no:cacheprovider")
    assert "1 failed, 1 passed" in run_pytest(project, plugins=quiet, path=site)[1]
    code, told = run_pytest(project, plugins=(*quiet, "-p", "no:crossgate"), path=site)
    assert (code, "no tests ran" in told) == (5, True)


def test_without_such_files_nothing_is_imported(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(BARE, encoding="utf-8")
    code, told = run_pytest(tmp_path, "-q")
    assert code == 0, told
