"""Every module has a test module, or a reason why it is tested elsewhere; and every test module has a module."""

from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = ROOT / "src" / "crossgate"
UNIT: Final = ROOT / "tests" / "unit"

LAWS: Final = "_laws"
"""A module may have a second test module, for what holds of everything that it is given."""

_VALUES: Final = "values and nothing else: whoever makes them is tested with them"
_TRIED: Final = "a guess counts for nothing until the search has tried it"
_DIALECT: Final = "a dialect is tested as a whole, by the promises of its gateway's documents"

TESTED_ELSEWHERE: Final = {
    "cli/check.py": ("tests/cli", "it wires; the transcripts say what comes of it"),
    "cli/diff.py": ("tests/cli", "it wires; the transcripts say what comes of it"),
    "cli/differences.py": ("tests/cli", "the transcripts have each of its forms"),
    "cli/failures.py": ("tests/cli", "the transcripts of failed tests are its lines"),
    "cli/test.py": ("tests/cli", "it wires; the transcripts say what comes of it"),
    "cli/compile.py": ("tests/cli/test_compile.py", "it wires; a real Envoy takes what it prints"),
    "cli/demo.py": ("tests/demo", "it wires; the demo runs, with a browser before it"),
    "cli/commands": ("tests/cli", "they declare; the transcripts have the help of each"),
    "cli/options.py": ("tests/cli", "it declares; the transcripts have the help, and what each option does"),
    "demo": ("tests/demo", "the demo runs, with a browser before it"),
    "dialects/announced.py": ("tests/golden", "what it says is in the golden `announced`"),
    "dialects/dialect.py": ("tests/conformance", _VALUES),
    "dialects/documents.py": ("tests/conformance", "what it sorts out is what the dialects then read"),
    "dialects/higress": ("tests/conformance", _DIALECT),
    "dialects/kgateway": ("tests/conformance", _DIALECT),
    "dialects/kong": ("tests/conformance", _DIALECT),
    "dialects/options.py": ("tests/conformance", _VALUES),
    "dialects/preflights.py": ("tests/conformance", "it warns of what the dialects read"),
    "dialects/read.py": ("tests/conformance", "it puts the dialects together"),
    "dialects/reading.py": ("tests/conformance", _VALUES),
    "dialects/regex.py": ("tests/conformance", "it checks expressions that the dialects read"),
    "engine": ("tests/differential", "it is right where a real Envoy answers the same"),
    "envoy": ("tests/differential", "what it compiles is right where a real Envoy answers as the engine does"),
    "advice/edits.py": ("tests/unit/advice/test_search.py", _TRIED),
    "advice/needs.py": ("tests/unit/advice/test_search.py", _TRIED),
    "advice/risks.py": ("tests/unit/advice/test_search.py", _TRIED),
    "advice/spelling.py": ("tests/unit/advice/test_search.py", _TRIED),
    "browser/exchanges.py": ("tests/unit/browser/test_play.py", _VALUES),
    "comparison/cells.py": ("tests/unit/comparison/test_compare.py", "a cell is right where the comparison is"),
    "policy_tests/cases.py": ("tests/unit/policy_tests/test_reading.py", _VALUES),
    "policy_tests/edits.py": ("tests/unit/policy_tests/test_update.py", "it makes the changes that an update asks for"),
    "model/policy.py": ("tests/conformance", _VALUES),
    "serve/descriptors.py": ("tests/serve", "how many connections there can be is up to the machine"),
    "serve/gateway.py": ("tests/serve", "it needs a real Envoy, files and signals"),
    "serve/loaded.py": ("tests/serve", _VALUES),
    "serve/settings.py": ("tests/serve", _VALUES),
    "xds/delta.py": ("tests/unit/xds/test_wire.py", _VALUES),
}
"""A module, or a folder for those of its modules that have no test module → where they are tested, and why there."""


def modules() -> list[str]:
    """Return the paths of all modules; the `__init__.py` of a package only says what it is."""
    return sorted(str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")


def has_partner(module: str) -> bool:
    path = Path(module)
    return (UNIT / path.parent / f"test_{path.stem}.py").is_file()


def is_under(module: str, place: str) -> bool:
    return Path(module).is_relative_to(place)


@pytest.mark.parametrize("module", modules())
def test_a_module_has_a_test_module_or_a_reason(module: str) -> None:
    assert has_partner(module) or any(is_under(module, place) for place in TESTED_ELSEWHERE), (
        f"there is no tests/unit/{Path(module).parent}/test_{Path(module).name}"
    )


@pytest.mark.parametrize("place", TESTED_ELSEWHERE)
def test_a_reason_is_needed_and_names_tests(place: str) -> None:
    tests, reason = TESTED_ELSEWHERE[place]
    assert any(is_under(module, place) and not has_partner(module) for module in modules()), (
        f"all of {place} has test modules: take its reason away"
    )
    assert reason
    named = ROOT / tests
    assert named.is_file() or any(named.rglob("test_*.py")), f"there are no tests in {tests}"


@pytest.mark.parametrize("test", sorted(str(path.relative_to(UNIT)) for path in UNIT.rglob("test_*.py")))
def test_a_test_module_has_a_module(test: str) -> None:
    path = Path(test)
    name = path.stem.removeprefix("test_").removesuffix(LAWS)
    assert (PACKAGE / path.parent / f"{name}.py").is_file(), f"tests/unit/{test} tests no module"
