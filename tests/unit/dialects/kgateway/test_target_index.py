"""Policies found by what they name and select, and not by going through all of them."""

from typing import Any

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject, classify
from crossgate.dialects.kgateway.policies import read_policy
from crossgate.dialects.kgateway.target_index import TargetIndex
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.yaml import read_documents
from crossgate.source import Source
from tests.unit.dialects.kgateway.manifests import API, Manifest, cors, manifest, policy, target

KINDS = frozenset({(API, "HTTPRoute"), ("gateway.kgateway.dev", "TrafficPolicy")})


def objects(*manifests: Manifest) -> list[KubernetesObject]:
    report = Diagnostics()
    nodes = [node for item in manifests for node in read_documents(Source(name="m.yaml", text=str(item)), report)]
    found = classify(nodes, KINDS, report).objects
    assert not list(report)
    return list(found)


def route(name: str = "r", **metadata: Any) -> KubernetesObject:
    (found,) = objects(manifest(f"{API}/v1", "HTTPRoute", name, {}, **metadata))
    return found


def index(*manifests: Manifest, everywhere: str | None = None) -> TargetIndex:
    policies = [read_policy(found, ReadOptions(), Diagnostics()) for found in objects(*manifests)]
    return TargetIndex(policies, everywhere)


def selecting(name: str, labels: dict[str, str], section: str | None = None, **metadata: Any) -> Manifest:
    selector: Manifest = {"group": API, "kind": "HTTPRoute", "matchLabels": labels}
    if section is not None:
        selector["sectionName"] = section
    made = policy(name, cors(1), **metadata)
    made["spec"]["targetSelectors"] = [selector]
    return made


def names(found: TargetIndex, at: KubernetesObject, section: str | None = None) -> list[str]:
    return [policy.source.name for policy, _ in found.at(at, section)]


def test_a_section_is_no_part_of_the_whole_and_the_whole_no_part_of_a_section() -> None:
    found = index(
        policy("whole", cors(1), target("HTTPRoute", "r")),
        policy("part", cors(1), target("HTTPRoute", "r", "one")),
        policy("elsewhere", cors(1), target("HTTPRoute", "r"), namespace="elsewhere"),
        policy("gateway", cors(1), target("Gateway", "r")),
    )
    assert (names(found, route()), names(found, route(), "one")) == (["whole"], ["part"])
    assert (names(found, route(), "two"), names(found, route("s"))) == ([], [])


def test_all_labels_have_to_be_there() -> None:
    found = index(
        selecting("both", {"a": "1", "b": "2"}),
        selecting("one", {"a": "1"}),
        selecting("none", {}),
        selecting("part", {"a": "1"}, "one"),
    )
    assert names(found, route(labels={"a": "1", "b": "2", "c": "3"})) == ["both", "one"]
    assert names(found, route(labels={"a": "1"})) == ["one"]
    assert names(found, route(labels={"a": "1"}), "one") == ["part"]
    assert names(found, route(labels={"a": "2", "b": "2"})) == names(found, route()) == []


def test_one_namespace_selects_everywhere_and_names_at_home() -> None:
    selector = selecting("selector", {"a": "1"}, namespace="system")
    named = policy("named", cors(1), target("HTTPRoute", "r"), namespace="system")
    at_home, away = route(labels={"a": "1"}, namespace="system"), route(labels={"a": "1"}, namespace="shop")
    found = index(selector, named, everywhere="system")
    assert (names(found, at_home), names(found, away)) == (["named", "selector"], ["selector"])
    found = index(selector, named)
    assert (names(found, at_home), names(found, away)) == (["named", "selector"], [])


def test_a_policy_that_names_and_selects_an_object_is_there_once() -> None:
    both = selecting("both", {"a": "1"})
    both["spec"]["targetRefs"] = [target("HTTPRoute", "r"), target("HTTPRoute", "r")]
    assert names(index(both), route(labels={"a": "1"})) == ["both"]
