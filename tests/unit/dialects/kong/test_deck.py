"""What decK adds to declarative files."""

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.kong.deck import substituted
from crossgate.dialects.nodes import to_python
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.dialects.yaml import read_documents
from crossgate.source import Source

ENVIRONMENT = {"DECK_HOST": "h.test", "DECK_PORT": "8080", "DECK_ON": "true", "HOME": "/home"}

FILE = """
_format_version: "3.0"
_info:
  select_tags: [team]
  defaults: {route: {strip_path: false, paths: [/given]}, service: {path: /base}}
_plugin_configs:
  shared: {origins: ["http://shared.test"], credentials: true}
services:
- name: s
  url: ${{ env "DECK_TEST_URL" }}
  routes:
  - {name: r}
  plugins:
  - {name: cors, _config: shared, config: {credentials: false}}
"""


def substitute(text: str) -> tuple[object, list[str]]:
    report = Diagnostics()
    (node,) = read_documents(Source(name="kong.yaml", text=text), report)
    return to_python(substituted(node, ENVIRONMENT, report)), [found.message for found in report]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('${{ env "DECK_HOST" }}', "h.test"),
        ('\'http://${{ env "DECK_HOST" }}:${{ env "DECK_PORT" }}/p\'', "http://h.test:8080/p"),
        ('${{ env "DECK_PORT" }}', 8080),
        ("'${{ env \"DECK_PORT\" }}'", "8080"),
        ("'${{ env \"DECK_PORT\" | toInt }}'", 8080),
        ("'${{ env \"DECK_ON\" | toBool }}'", True),
        ("'${{ env \"DECK_PORT\" | toFloat }}'", 8080.0),
        ("'${{ other }}'", "${{ other }}"),
    ],
)
def test_a_variable_of_the_environment_stands_for_its_value(written: str, value: object) -> None:
    assert substitute(f"a: {written}\n") == ({"a": value}, [])


def test_only_variables_that_are_there_and_meant_for_it_are_read() -> None:
    assert substitute('a: ${{ env "DECK_NONE" }}\n')[1] == ["the environment has no variable `DECK_NONE`"]
    assert substitute('a: ${{ env "HOME" }}\n')[1] == ["the environment has no variable `HOME`"]
    assert substitute("a: '${{ env \"DECK_HOST\" | toInt }}'\n")[1] == ["`toInt` makes nothing of `h.test`"]


def test_defaults_and_shared_configurations_are_put_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECK_TEST_URL", "http://h.test")
    report = Diagnostics()
    config = read([Source(name="kong.yaml", text=FILE)], ReadOptions(), report)
    assert config is not None, list(map(str, report))
    (route,) = {route.name: route for route in config.routes()}.values()
    assert route.policy is not None
    assert route.policy.allow_credentials.value is False
    assert [origin.value for origin in route.policy.allow_origins or ()] == ["http://shared.test"]
    assert "/given" in str(route.match.path)


def test_an_unknown_shared_configuration_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECK_TEST_URL", "http://h.test")
    report = Diagnostics()
    assert read([Source(name="kong.yaml", text=FILE.replace("shared:", "other:"))], ReadOptions(), report) is None
    assert "invalid reference '_config: shared' (no such entry in '_plugin_configs')" in [m.message for m in report]
