"""Where requests go on either side, and which places are alike."""

from crossgate.comparison.pairs import Pair, are_equal, changed_expressions, likeness, meets, table_of, tables_of
from crossgate.comparison.places import Place
from crossgate.engine.decide import Engine
from tests.unit.cli.configurations import PLUGIN, SERVICE, configuration

OLD = Engine(configuration(SERVICE))
PAIR = Pair(old=OLD, new=Engine(configuration(SERVICE.replace("GET, PUT", "GET").replace("[a-z]+", "[a-z]"))))
ORDERS, MORE, PLAIN = (Place(url=f"http://any.example/{path}") for path in ("orders", "orders/1", "plain"))


def test_where_a_request_goes() -> None:
    old, new = PAIR.routed(ORDERS, "GET")
    assert table_of(old) is not None
    assert not are_equal((old, new))
    assert are_equal(PAIR.routed(PLAIN, "GET"))
    assert PAIR.routed(ORDERS, "no method")[0] is None
    assert len(tables_of([(old, new), (old, None)])) == 2


def test_methods_that_meet_the_same() -> None:
    assert meets(PAIR.routed(ORDERS, "GET")) == meets(PAIR.routed(ORDERS, "PUT"))
    assert meets(PAIR.routed(ORDERS, "GET")) != meets(PAIR.routed(PLAIN, "GET"))


def test_places_that_are_alike() -> None:
    def like(place: Place, pair: Pair = PAIR) -> object:
        return likeness([("GET", pair.routed(place, "GET"))])

    assert like(ORDERS) == like(MORE) is not None
    assert like(ORDERS) != like(PLAIN)
    higress = Engine(configuration(PLUGIN))
    assert like(Place(url="http://orders.test/"), Pair(old=higress, new=higress)) is None


def test_expressions_of_one_side() -> None:
    assert [len(side) for side in changed_expressions([PAIR.routed(ORDERS, "GET")])] == [1, 1]
    assert changed_expressions([PAIR.routed(PLAIN, "GET")]) == ({}, {})
