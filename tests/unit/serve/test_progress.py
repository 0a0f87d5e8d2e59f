import asyncio
from pathlib import Path

from crossgate.serve.admin import Admin
from crossgate.serve.progress import drain, wait_until_warm
from crossgate.xds.address import UnixAddress
from tests.unit.serve.conftest import Served


def test_draining_closes_the_listeners_and_waits_for_the_requests(served: Served) -> None:
    server, admin = served
    server.answers = {
        "/drain_listeners": ["OK\n"],
        "/stats": [
            "http.web.downstream_rq_active: 2\nhttp.admin.downstream_rq_active: 1\n",
            "http.web.downstream_rq_active: 1\nhttp.admin.downstream_rq_active: 1\n",
            "http.web.downstream_rq_active: 0\nhttp.admin.downstream_rq_active: 1\n",
        ],
    }

    asyncio.run(drain(admin, 10.0))

    assert [call.partition("?filter")[0] for call in server.calls] == [
        "POST /drain_listeners?graceful&skip_exit",
        "POST /drain_listeners",
        *["GET /stats"] * 3,
    ]


def test_draining_ends_after_a_while(served: Served) -> None:
    server, admin = served
    server.answers = {"/drain_listeners": ["OK\n"], "/stats": ["http.web.downstream_rq_active: 2\n"]}

    asyncio.run(drain(admin, 0.05))

    assert server.calls[-1].startswith("GET /stats")


def test_draining_an_envoy_that_is_gone_takes_no_time(tmp_path: Path) -> None:
    asyncio.run(asyncio.wait_for(drain(Admin(UnixAddress(path=tmp_path / "none.sock")), 600.0), 10.0))


def test_warming_is_waited_for(served: Served) -> None:
    server, admin = served
    server.answers = {
        "/stats": [
            "listener_manager.total_listeners_warming: 1\ncluster_manager.warming_clusters: 0\n",
            "listener_manager.total_listeners_warming: 0\ncluster_manager.warming_clusters: 1\n",
            "listener_manager.total_listeners_warming: 0\ncluster_manager.warming_clusters: 0\n",
        ]
    }

    asyncio.run(wait_until_warm(admin, 10.0))

    assert len(server.calls) == 3
