"""Products have every cell once, and nothing else."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from crossgate.comparison.products import products

CELLS = st.tuples(st.sampled_from("abc"), st.sampled_from(["x", None, "y"]), st.booleans())


@given(st.lists(CELLS))
def test_every_cell_is_in_one_product(cells: list[tuple[str, str | None, bool]]) -> None:
    made = [cell for one in products(cells) for cell in product(*one)]
    assert len(made) == len(set(made))
    assert set(made) == set(cells)


def test_all_combinations_are_one_product() -> None:
    assert products(product("ab", ("x", None), (False, True))) == [(("a", "b"), ("x", None), (False, True))]


def test_a_missing_one_makes_two() -> None:
    cells = [cell for cell in product("ab", "xy", "z") if cell != ("b", "y", "z")]
    assert len(products(cells)) == 2


def test_the_order_of_splitting_that_makes_the_fewest_is_taken() -> None:
    by_method = [*product("abc", "x", "z"), *product("abc", "y", "w")]
    assert len(products(by_method)) == 2
