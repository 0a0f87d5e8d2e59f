"""The account of the plugin's scopes."""

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import classify
from crossgate.dialects.kong import DIALECT
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.yaml import read_documents
from crossgate.model.attachments import Attachments, Standing
from crossgate.source import Source

FILE = """
_format_version: "3.0"
services:
- name: s
  url: http://s.test
  plugins: [{name: cors, instance_name: of-service}]
  routes:
  - {name: both, paths: [/both], plugins: [{name: cors, instance_name: of-both, service: s}]}
  - {name: own, paths: [/own], plugins: [{name: cors, instance_name: of-route}]}
  - {name: off, paths: [/off], plugins: [{name: cors, instance_name: disabled, enabled: false}]}
- {name: idle, url: "http://idle.test", plugins: [{name: cors, instance_name: of-nothing}]}
routes: [{name: alone, paths: [/alone]}]
plugins: [{name: cors, instance_name: everywhere}]
consumers: [{username: c, plugins: [{name: cors, instance_name: of-consumer}]}]
"""


def accounted(text: str) -> Attachments:
    report = Diagnostics()
    nodes = read_documents(Source(name="kong.yaml", text=text.replace("name: off", 'name: "off"')), report)
    found = DIALECT.read(classify(nodes, frozenset(), report), ReadOptions(), report).attachments
    assert not report.has_errors, list(map(str, report))
    return found


def test_the_most_specific_instance_wins_and_hides_the_others() -> None:
    found = {
        route.routes[0]: [(at.policy, at.level, at.standing) for at in route.policies]
        for route in accounted(FILE).routes
    }
    service = ("Plugin/of-service", "service")
    everywhere = ("Plugin/everywhere", "global", Standing.OVERRIDDEN)
    assert found == {
        "Route/both": [
            ("Plugin/of-both", "route and service", Standing.WON),
            (*service, Standing.OVERRIDDEN),
            everywhere,
        ],
        "Route/own": [("Plugin/of-route", "route", Standing.WON), (*service, Standing.OVERRIDDEN), everywhere],
        "Route/off": [(*service, Standing.WON), everywhere],
        "Route/alone": [("Plugin/everywhere", "global", Standing.WON)],
    }


def test_what_never_runs_is_told_with_its_reason() -> None:
    found = {item.policy: item.reason for item in accounted(FILE).unattached}
    assert found.keys() == {"Plugin/disabled", "Plugin/of-nothing", "Plugin/of-consumer"}
    assert "the next scope counts" in found["Plugin/disabled"]
    assert "no route" in found["Plugin/of-nothing"]
    assert "consumer" in found["Plugin/of-consumer"]
