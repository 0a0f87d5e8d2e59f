"""Files that change while the gateway runs."""

import json
import shutil
from pathlib import Path

from tests.serve.conftest import Run
from tests.serve.harness import RunningGateway, accepts, answers, eventually, get, write

KEPT = "crossgate: still serving the last good configuration"


def start(run: Run, file: Path, body: str = "one") -> tuple[RunningGateway, str]:
    gateway = run(write(file, {"name": "web", "port": 0, "body": body}))
    _, url = gateway.ready()
    assert get(url) == body
    return gateway, url


def test_a_changed_file_is_live_without_a_restart(run: Run, tmp_path: Path) -> None:
    gateway, url = start(run, tmp_path / "site.json")
    envoy = gateway.envoy()

    write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "two"})

    assert gateway.err.next().startswith("crossgate: configuration reloaded: 1 changed resource, ")
    assert get(url) == "two"
    assert gateway.envoy() == envoy


def test_a_file_written_in_place_is_live_as_well(run: Run, tmp_path: Path) -> None:
    _, url = start(run, tmp_path / "site.json")

    (tmp_path / "site.json").write_text(json.dumps({"listeners": [{"name": "web", "port": 0, "body": "two"}]}))

    eventually(lambda: get(url) == "two")


def test_many_changes_in_a_row_end_with_the_last(run: Run, tmp_path: Path) -> None:
    _, url = start(run, tmp_path / "site.json")

    for number in range(50):
        write(tmp_path / "site.json", {"name": "web", "port": 0, "body": f"number {number}"})

    eventually(lambda: get(url) == "number 49")


def test_a_broken_file_keeps_what_was_served_and_is_reported_once(run: Run, tmp_path: Path) -> None:
    gateway, url = start(run, tmp_path / "site.json")

    (tmp_path / "site.json").write_text("{", encoding="utf-8")

    assert gateway.err.until(KEPT)[0].startswith("bad file: JSONDecodeError")
    assert get(url) == "one"
    write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "two"})
    assert gateway.err.next().startswith("crossgate: configuration reloaded: 1 changed resource")
    assert get(url) == "two"


def test_a_mended_file_that_says_the_same_as_before_is_reported(run: Run, tmp_path: Path) -> None:
    gateway, url = start(run, tmp_path / "site.json")
    (tmp_path / "site.json").write_text("{", encoding="utf-8")
    gateway.err.until(KEPT)

    write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "one"})

    assert gateway.err.next() == "crossgate: the configuration is good again, and the same as before"
    assert get(url) == "one"


def test_a_vanished_file_keeps_what_was_served_until_it_returns(run: Run, tmp_path: Path) -> None:
    gateway, url = start(run, tmp_path / "site.json")

    (tmp_path / "site.json").unlink()

    assert gateway.err.until(KEPT)[0].startswith("bad file: FileNotFoundError")
    assert get(url) == "one"
    write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "back"})
    gateway.err.until("configuration reloaded")
    assert get(url) == "back"


def test_a_vanished_folder_keeps_what_was_served_until_it_returns(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "sites"
    folder.mkdir()
    write(folder / "site.json", {"name": "web", "port": 0, "body": "one"})
    gateway = run(folder)
    _, url = gateway.ready()

    shutil.rmtree(folder)

    gateway.err.until(KEPT)
    assert get(url) == "one"
    folder.mkdir()
    write(folder / "site.json", {"name": "web", "port": 0, "body": "back"})
    eventually(lambda: get(url) == "back")


def test_a_configuration_that_envoy_refuses_is_rolled_back_with_the_reason(run: Run, tmp_path: Path) -> None:
    gateway, url = start(run, tmp_path / "site.json")

    write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "two", "regex": "*"})

    assert gateway.err.until(KEPT) == [
        "error: envoy refuses the new RouteConfiguration `routes/web`: no argument for repetition operator: *",
        KEPT,
    ]
    assert get(url) == "one"
    write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "three"})
    gateway.err.until("configuration reloaded: 1 changed resource")
    assert get(url) == "three"


def test_of_a_configuration_that_envoy_refuses_nothing_is_left(run: Run, tmp_path: Path, free_port: int) -> None:
    gateway, url = start(run, tmp_path / "site.json")

    write(
        tmp_path / "site.json",
        {"name": "new", "port": free_port, "body": "new"},
        {"name": "web", "port": 0, "body": "two", "regex": "*"},
    )

    assert "`routes/web`" in gateway.err.until(KEPT)[0]
    eventually(lambda: not accepts(f"http://127.0.0.1:{free_port}"))
    assert get(url) == "one"
    write(
        tmp_path / "site.json",
        {"name": "new", "port": free_port, "body": "new"},
        {"name": "web", "port": 0, "body": "three"},
    )
    assert gateway.ready() == ("new", f"http://127.0.0.1:{free_port}")
    assert get(url) == "three"


def test_a_listener_that_is_added_is_announced_and_one_that_is_removed_is_gone(run: Run, tmp_path: Path) -> None:
    gateway, url = start(run, tmp_path / "site.json")

    write(
        tmp_path / "site.json",
        {"name": "new", "port": 0, "body": "new"},
        {"name": "web", "port": 0, "body": "one"},
    )
    name, new_url = gateway.ready()

    assert name == "new"
    assert (get(new_url), get(url)) == ("new", "one")
    write(tmp_path / "site.json", {"name": "new", "port": 0, "body": "alone"})
    gateway.err.until("configuration reloaded: 3 changed resources")
    assert get(new_url) == "alone"
    eventually(lambda: not answers(url, "one"))


def test_a_listener_that_moves_is_announced_at_its_new_address(run: Run, tmp_path: Path, free_port: int) -> None:
    gateway, old_url = start(run, tmp_path / "site.json")

    write(tmp_path / "site.json", {"name": "web", "port": free_port, "body": "moved"})

    assert gateway.ready() == ("web", f"http://127.0.0.1:{free_port}")
    assert get(f"http://127.0.0.1:{free_port}") == "moved"
    eventually(lambda: not answers(old_url, "one"))


def test_a_listener_may_take_the_port_of_one_that_goes(run: Run, tmp_path: Path, free_port: int) -> None:
    file = write(tmp_path / "site.json", {"name": "old", "port": free_port, "body": "old"})
    gateway = run(file)
    _, url = gateway.ready()

    write(file, {"name": "new", "port": free_port, "body": "new"})

    assert gateway.ready() == ("new", url)
    assert get(url) == "new"


def test_an_added_listener_whose_port_is_taken_changes_nothing(run: Run, tmp_path: Path, taken_port: int) -> None:
    gateway, url = start(run, tmp_path / "site.json")

    write(
        tmp_path / "site.json",
        {"name": "web", "port": 0, "body": "two"},
        {"name": "new", "port": taken_port, "body": "new"},
    )

    assert gateway.err.until(KEPT)[0] == (
        f"error: listener `new` can't have `127.0.0.1:{taken_port}`: another program listens there"
    )
    assert get(url) == "one"
