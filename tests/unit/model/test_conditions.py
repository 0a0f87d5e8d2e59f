import pytest

from crossgate.fetch.headers import ORIGIN, REQUEST_HEADERS, REQUEST_METHOD, REQUEST_PRIVATE_NETWORK
from crossgate.model.conditions import ASKED, OPTIONS, HeaderEquals, HeaderIs, HeaderState, MethodIn


@pytest.mark.parametrize("name", [ORIGIN, REQUEST_METHOD, REQUEST_HEADERS, REQUEST_PRIVATE_NETWORK])
def test_the_headers_of_the_protocol_are_asked(name: str) -> None:
    assert name in ASKED
    assert HeaderEquals(name=name, value="").name == name
    assert HeaderIs(name=name, state=HeaderState.EMPTY).name == name


@pytest.mark.parametrize("name", ["Origin", "cookie", "vary", ""])
def test_no_other_header_is_asked(name: str) -> None:
    with pytest.raises(ValueError, match="CORS"):
        HeaderEquals(name=name, value="")
    with pytest.raises(ValueError, match="CORS"):
        HeaderIs(name=name, state=HeaderState.PRESENT)


def test_where_a_preflight_begins() -> None:
    assert MethodIn(methods=frozenset({"OPTIONS"})) == OPTIONS
