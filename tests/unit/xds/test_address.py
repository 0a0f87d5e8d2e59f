from pathlib import Path

import pytest

from crossgate.xds.address import Address, TcpAddress, UnixAddress


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (UnixAddress(path=Path("/run/x.sock")), "unix:/run/x.sock"),
        (TcpAddress(host="127.0.0.1", port=80), "127.0.0.1:80"),
        (TcpAddress(host="::1", port=80), "[::1]:80"),
    ],
)
def test_an_address_is_written_as_servers_take_it(address: Address, text: str) -> None:
    assert str(address) == text
