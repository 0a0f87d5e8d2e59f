from itertools import combinations

import pytest

from crossgate.dialects.dialect import Dialect
from crossgate.dialects.known import DIALECTS


def test_dialects_have_names_of_their_own() -> None:
    assert len({dialect.name for dialect in DIALECTS}) == len(DIALECTS) > 1


@pytest.mark.parametrize(("one", "other"), list(combinations(DIALECTS, 2)), ids=lambda dialect: dialect.name)
def test_what_is_a_dialects_own_is_no_other_ones(one: Dialect, other: Dialect) -> None:
    assert not one.kinds & other.known
    assert not other.kinds & one.known
    assert not (one.is_declarative and other.is_declarative)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_dialect_knows_its_files_by_something(dialect: Dialect) -> None:
    assert dialect.kinds or dialect.is_declarative
    assert not dialect.kinds & (dialect.common | dialect.protecting)
    assert dialect.documents
