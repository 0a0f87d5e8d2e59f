"""The account of match rules: which of them decides at which route, which are hidden, and which are nowhere."""

from textwrap import dedent

from crossgate.dialects.options import ReadOptions
from crossgate.model.attachments import Attachments
from tests.conformance.files import read_file

MANIFESTS = """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: shop, namespace: higress-system}
    spec:
      ingressClassName: higress
      rules:
      - host: shop.example
        http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}
      - host: "*.example"
        http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}
    ---
    apiVersion: extensions.higress.io/v1alpha1
    kind: WasmPlugin
    metadata: {name: cors, namespace: higress-system}
    spec:
      url: oci://registry.example/plugins/cors:1.0.0
      defaultConfig: {allow_origins: ["https://default.example"]}
      matchRules:
      - {domain: [api.example], config: {}}
      - {ingress: [shop], config: {}}
      - {domain: ["*"], config: {}}
      - {ingress: [gone], config: {}}
      - {ingress: [shop], service: [cart.dns], config: {}}
      - {service: [cart.dns, "cart.dns:80"], config: {}}
      - {domain: ["api.example:80"], config: {}}
"""
RULE = "WasmPlugin/higress-system/cors#matchRules-{}"
DEFAULT = "WasmPlugin/higress-system/cors#defaultConfig"


def account_of(text: str) -> Attachments:
    config, report = read_file(dedent(text), ReadOptions())
    assert config is not None, list(report)
    return config.attachments


def test_the_first_rule_decides_and_hides_the_others() -> None:
    exact, _ = account_of(MANIFESTS).routes
    assert exact.listener == "higress"
    assert exact.routes == ("Ingress/higress-system/shop#rule-0/path-0",)
    told = [(found.policy, found.level, found.standing.value, found.reason) for found in exact.policies]
    hidden = f"`{RULE.format(1)}` comes first, and nothing is merged"
    assert told == [
        (RULE.format(1), "rule by ingress", "won", None),
        (RULE.format(2), "rule by domain", "overridden", hidden),
        (DEFAULT, "default", "overridden", hidden),
    ]


def test_a_rule_for_some_hosts_of_a_route_says_for_which() -> None:
    _, wild = account_of(MANIFESTS).routes
    told = [(found.policy, found.standing.value, found.reason) for found in wild.policies[:2]]
    assert told == [(RULE.format(0), "won", "for `api.example`"), (RULE.format(1), "won", None)]


def test_rules_that_mean_nothing_are_named_with_the_reason() -> None:
    found = {each.policy: each.reason for each in account_of(MANIFESTS).unattached}
    assert found == {
        RULE.format(3): "no Ingress is called `gone`",
        RULE.format(4): "no Ingress called `shop` goes to `cart.dns`",
        RULE.format(5): "no route goes to `cart.dns`, `cart.dns:80`",
        RULE.format(6): "its domains are no host's",
    }
