"""Rows that no case reached, of those that a request can reach; a row of a policy counts once."""

import pytest

from crossgate.engine.decide import Engine
from crossgate.model.conditions import Condition, HeaderIs, HeaderState, MethodIn, Not, OriginIn
from crossgate.model.origins import AnyOrigin, OriginSet
from crossgate.model.table import Outcome, Row, Table
from crossgate.policy_tests.coverage import Coverage, _is_reachable, coverage_of
from tests.unit.cli.configurations import PLUGIN, SERVICE, configuration
from tests.unit.policy_tests.files import POLICY, played

TEST = "  - {url: 'https://s.test/r', origin: 'https://a.test', method: PUT, expect: allowed}\n"


def names(found: Coverage) -> list[str]:
    return [row.name for _, row in found.unreached]


def test_rows_that_no_case_reached() -> None:
    found = played(TEST).coverage
    assert names(found) == ["no-origin", "preflight-refused", "actual-refused"]
    assert (found.rows, found.unreachable) == (5, 0)


def test_a_row_counts_once_wherever_its_policy_is_attached() -> None:
    many = POLICY.replace("[{name: r, paths: [/r]}]", "[{name: r, paths: [/r]}, {name: t, paths: [/t]}]")
    assert played(TEST, many).coverage == played(TEST, many).coverage
    assert played(TEST, many).coverage.rows == 5


def test_rows_for_preflights_of_a_route_that_none_reaches_do_not_count() -> None:
    found = coverage_of(configuration(POLICY.replace("paths: [/r]", "paths: [/r], methods: [POST]")), ())
    assert names(found) == ["no-origin", "actual-allowed", "actual-refused"]
    assert (found.rows, found.unreachable) == (3, 2)


@pytest.mark.parametrize(("text", "rows"), [(SERVICE, 5), (PLUGIN, 6)])
def test_of_each_dialect_every_row_has_a_place(text: str, rows: int) -> None:
    found = coverage_of(Engine(configuration(text)).config, ())
    assert (found.rows, found.unreachable) == (rows, 0)
    assert all(table.span_of(row) is not None for table, row in found.unreached)


FILLED = HeaderIs(name="origin", state=HeaderState.FILLED)
OPTIONS = MethodIn(methods=frozenset({"OPTIONS"}))
NOBODY = OriginIn(origins=OriginSet(entries=()))


def reachable(*conditions: tuple[Condition, ...], known: tuple[Condition, ...] = ()) -> list[bool]:
    rows = tuple(
        Row(outcome=Outcome.ACTUAL_ALLOWED, when=when, name=str(number))
        for number, when in enumerate((*conditions, ()))
    )
    Table(policy="p", rows=rows)
    return [_is_reachable(rows, place, known) for place in range(len(rows))]


def test_what_no_request_can_reach() -> None:
    assert reachable((OPTIONS,), (FILLED,)) == [True, True, True]
    assert reachable((FILLED,), (Not(condition=FILLED),)) == [True, True, False]
    assert reachable((OPTIONS, FILLED), (FILLED, OPTIONS)) == [True, False, True]
    assert reachable((NOBODY,)) == [False, True]
    assert reachable((Not(condition=FILLED),), (OPTIONS, Not(condition=FILLED))) == [True, False, True]
    assert reachable((OPTIONS,), known=(MethodIn(methods=frozenset({"POST"})),)) == [False, True]
    assert reachable((Not(condition=FILLED),), (OriginIn(origins=OriginSet(entries=(AnyOrigin(),))),))[1:] == [
        True,
        True,
    ]
