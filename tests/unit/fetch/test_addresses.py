from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossgate.fetch.addresses import ends_in_number, parse_ipv4, parse_ipv6


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.1", "127.0.0.1"),
        ("0x7F.0.0.01", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x.0x.0", "0.0.0.0"),  # noqa: S104 - nothing is bound
        ("1.2.3.4.", "1.2.3.4"),
        ("00000000000000000000377", "0.0.0.255"),
        ("4294967295", "255.255.255.255"),
        ("4294967296", None),
        ("1.2.3.256", None),
        ("256.1", None),
        ("1.2.3.4.5", None),
        ("08.1", None),
        ("1_0", None),
        ("+1", None),
        ("1..2", None),
        ("0x1g", None),
        ("9" * 5000, None),
    ],
)
def test_an_ipv4_address_has_many_spellings(text: str, address: str | None) -> None:
    assert parse_ipv4(text) == address


@pytest.mark.parametrize(
    ("host", "is_so"), [("1", True), ("a.1", True), ("a.0x", True), ("a.0xfg", False), ("1.a", False), ("a.1.", True)]
)
def test_a_host_that_ends_in_a_number_is_an_address_or_nothing(host: str, *, is_so: bool) -> None:
    assert ends_in_number(host) is is_so


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("0:0::1", "::1"),
        ("::FFFF:1.2.3.4", "::ffff:102:304"),
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("1:0:0:2:0:0:3:4", "1::2:0:0:3:4"),
        ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::", "::"),
        ("fe80::1%1", None),
        ("1.2.3.4", None),
        ("::1.2.3.04", None),
        ("12345::", None),
        ("", None),
    ],
)
def test_an_ipv6_address_has_one_shortest_form(text: str, address: str | None) -> None:
    assert parse_ipv6(text) == address


@given(st.ip_addresses(v=4), st.ip_addresses(v=6))
def test_what_is_written_is_the_same_address(four: IPv4Address, six: IPv6Address) -> None:
    for text in (str(four), str(int(four)), hex(int(four))):
        assert parse_ipv4(text) == str(four)
    shortest = parse_ipv6(six.exploded)
    assert shortest is not None
    assert IPv6Address(shortest) == six
    assert parse_ipv6(shortest) == shortest
