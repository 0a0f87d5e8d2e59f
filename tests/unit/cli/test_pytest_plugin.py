"""Policy tests inside a pytest run of somebody else's project."""

import subprocess
import sys
from pathlib import Path

from tests.unit.policy_tests.files import POLICY

TESTS = """\
configuration: [kong.yaml]
tests:
  - {name: read, url: 'https://s.test/r', origin: 'https://a.test', expect: allowed}
  - {name: write, url: 'https://s.test/r', origin: 'https://a.test', method: DELETE, expect: allowed}
"""


QUIET = ("-p", "no:cacheprovider", "-p", "no:crossgate", "-p", "crossgate.cli.pytest_plugin")
IMPORTS_NOTHING = """\
import sys


def test_it():
    assert not any(name.startswith(("crossgate.engine", "crossgate.dialects")) for name in sys.modules)
"""


def run_pytest(folder: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", *QUIET, *arguments, "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_case_is_an_item_and_a_failure_is_told_as_the_command_tells_it(tmp_path: Path) -> None:
    (tmp_path / "kong.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "shop.cors.yaml").write_text(TESTS, encoding="utf-8")
    code, told = run_pytest(tmp_path)
    assert code == 1
    assert "1 failed, 1 passed" in told
    assert "expected allowed, got blocked: `Access-Control-Allow-Methods` does not list `DELETE`" in told
    assert "shop.cors.yaml::write: DELETE from https://a.test" in told
    assert "Traceback" not in told


def test_a_file_that_is_not_usable_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "shop.cors.yaml").write_text("tests: []\n", encoding="utf-8")
    code, told = run_pytest(tmp_path)
    assert code != 0
    assert "does not name its `configuration`" in told


def test_without_such_files_nothing_of_crossgate_is_imported(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(IMPORTS_NOTHING, encoding="utf-8")
    code, told = run_pytest(tmp_path, "-q")
    assert code == 0, told
