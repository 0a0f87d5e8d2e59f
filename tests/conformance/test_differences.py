"""`docs/differences.yaml` accounts for every case in which Crossgate differs, and for nothing else."""

from collections import defaultdict

import pytest

from scripts.differences import DATA, PAGE, load, render
from tests.conformance.suites import EMULATE, decisions, validations

DIFFERENCES = load()
ROOT = DATA.parents[1]
FIELDS = {"id", "dialect", "title", "gateway", "crossgate", "why", "seen_in"}


def listed() -> set[str]:
    """Return the ids of the cases that the data names; one without a version stands for all documents."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    names = [(case.suite, case.name, case.id) for case in decisions()]
    names += [(case.suite, case.name, case.id) for case in validations()]
    for suite, name, ident in names:
        known[ident].add(ident)
        if not ident.partition("@")[2].startswith(EMULATE):
            known[f"{suite.name}/{name}"].add(ident)
    named = [
        f"{suite}/{name}" for found in DIFFERENCES for suite, names in found.get("cases", {}).items() for name in names
    ]
    assert not [name for name in named if name not in known]
    return {ident for name in named for ident in known[name]}


def differing() -> set[str]:
    decided = {case.id for case in decisions() if case.ours is not None}
    return decided | {case.id for case in validations() if case.is_accepted_by_us is not None}


def test_the_data_lists_the_cases_that_differ() -> None:
    assert listed() == differing()


def test_the_page_is_made_of_the_data() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(DIFFERENCES), "run scripts/differences.py"


@pytest.mark.parametrize("found", DIFFERENCES, ids=lambda found: found["id"])
def test_an_entry_is_whole_and_shown_by_something(found: dict[str, object]) -> None:
    assert found.keys() - FIELDS in ({"cases"}, {"shown_in"})
    assert all(isinstance(found[field], str) for field in FIELDS)
    assert (ROOT / str(found.get("shown_in", "tests"))).exists()


def test_ids_are_unique() -> None:
    assert len({found["id"] for found in DIFFERENCES}) == len(DIFFERENCES)
