import asyncio
from pathlib import Path

import pytest

from crossgate.serve.admin import Admin, AdminError
from crossgate.xds.address import UnixAddress
from tests.unit.serve.conftest import Served


def test_gauges_are_read_by_name(served: Served) -> None:
    server, admin = served
    server.answers = {"/stats": ['a.b: 1\nc: 20\nhistogram: P0(1,2)\ntext: "x"\n']}

    assert asyncio.run(admin.gauges("^a")) == {"a.b": 1, "c": 20}
    assert server.calls == ["GET /stats?filter=%5Ea"]


def test_an_answer_that_is_an_error_is_an_error(served: Served) -> None:
    _, admin = served

    with pytest.raises(AdminError, match="answers POST /drain_listeners with 404: unknown"):
        asyncio.run(admin.close_listeners())


def test_nobody_there_is_an_error(tmp_path: Path) -> None:
    address = UnixAddress(path=tmp_path / "none.sock")

    with pytest.raises(AdminError, match=f"at `{address}` can't be reached"):
        asyncio.run(Admin(address).gauges("x"))
