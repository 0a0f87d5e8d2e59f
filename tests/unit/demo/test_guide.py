from pathlib import Path

import pytest

from crossgate.demo.gateways import GATEWAYS
from crossgate.demo.guide import guide


@pytest.mark.parametrize(("port", "shown"), [(80, "http://127.0.0.1/"), (8081, "http://127.0.0.1:8081/")])
def test_commands_have_the_real_place_as_the_documents_write_it(port: int, shown: str) -> None:
    urls = {gateway.listener: f"http://127.0.0.1:{port}" for gateway in GATEWAYS}

    text = guide(Path("examples"), urls, 8088)

    assert f"{shown}anything/get\\?foo\\=1\n" in text
    assert "{gateway}" not in text


def test_every_gateway_and_both_names_of_the_page_are_there() -> None:
    text = guide(Path("examples"), {gateway.listener: "http://127.0.0.1:1" for gateway in GATEWAYS}, 8088)

    assert [line for line in text.splitlines() if line.startswith("==")] == [
        "== kgateway: examples/kgateway/httproute",
        "== Higress: examples/higress",
        "== Kong: examples/kong",
        "== Your browser: fetches from a page of another origin",
    ]
    assert "http://localhost:8088/" in text
    assert "http://127.0.0.1:8088/" in text
