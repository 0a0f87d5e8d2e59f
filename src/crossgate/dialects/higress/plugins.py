"""WasmPlugins: which of them are the CORS plugin, and which of their configurations an Ingress gets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields
from crossgate.dialects.higress.behaviour import table
from crossgate.dialects.higress.cors import read_cors
from crossgate.dialects.higress.places import Decided, Place
from crossgate.model.hosts import Hostname

SYSTEM_NAMESPACE: Final = "higress-system"
"""The controller's namespace: plugins elsewhere are not read, and Ingresses in it have short names in rules."""

_IMAGE: Final = re.compile(r".*/cors(?::v?(?P<major>[0-9]+)\.(?P<minor>[0-9]+)(?:\.(?P<patch>[0-9]+))?.*|:.*|@.*)?")
_HARMLESS: Final = frozenset({"ai-statistics", "cache-control", "gw-error-format", "log-request-response"})
"""The plugins without which nothing is let through that they would stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A CORS plugin: what its rules say of each Ingress that they name, and what it says of all others."""

    by_ingress: Mapping[str, Decided] = field(default_factory=dict)
    default: Decided | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugins:
    """The CORS plugins, as the routes ask them."""

    plugins: tuple[Plugin, ...]

    def hostnames(self) -> tuple[Hostname, ...]:
        """Return the hostnames that some rule tells apart from wider ones."""
        return ()

    def in_force(self, place: Place) -> Decided | None:
        """Return the configuration for a place: its rule's, which replaces the default whole."""
        found = (plugin.by_ingress.get(place.route or "", plugin.default) for plugin in self.plugins)
        return next((decided for decided in found if decided), None)


def read_plugin(plugin: KubernetesObject, documents: str | None, report: Diagnostics) -> Plugin | None:
    """Read a WasmPlugin, or return None where it is not the CORS plugin or not in force."""
    spec = plugin.body.mapping("spec", required=True)
    plugin.body.finish()
    if spec is None:
        return None
    url = spec.string("url", required=True)
    image = None if url is None else _IMAGE.fullmatch(url.value)
    if url is None or image is None:
        if url is not None:
            name = _image_name(url.value) or plugin.name
            message = f"the plugin `{name}` of `{plugin.label}` is not enforced: only `cors` is"
            report_unenforced(report, name, message, url.span, is_harmless=name in _HARMLESS)
        return None
    if plugin.namespace != SYSTEM_NAMESPACE:
        message = f"`{plugin.label}` is not read: plugins stand in the namespace `{SYSTEM_NAMESPACE}`"
        report.warning("plugin-not-read", message, plugin.name_span)
        return None
    version = documents or _documents(image)
    spec.ignore("imagePullPolicy", "imagePullSecret", "sha256", "verificationKey", "pluginName", "vmConfig")
    spec.ignore("failStrategy", "phase", "priority")
    if spec.has("pluginConfig"):
        report.error("not-supported", "`pluginConfig` is not followed yet", spec.key_span("pluginConfig"))
    return _configured(plugin, spec, version, report)


def _image_name(url: str) -> str:
    """Return the name of an image, without registry, tag and digest."""
    return url.rpartition("/")[2].partition("@")[0].partition(":")[0]


def _documents(image: re.Match[str]) -> str:
    """Return the documents of an image: 1.0 up to the tag 2.0.0, and 2.0 from 2.0.1 on, `latest` included."""
    if image["major"] is None:
        return "2.0"
    tag = tuple(int(image[part] or 0) for part in ("major", "minor", "patch"))
    return "2.0" if tag >= (2, 0, 1) else "1.0"


def _configured(plugin: KubernetesObject, spec: Fields, version: str, report: Diagnostics) -> Plugin:
    """Return the rules in force. A disabled rule is as if it were not there; without any, an empty default counts."""
    off = spec.boolean("defaultConfigDisable")
    default_config = spec.mapping("defaultConfig")
    rules = spec.mappings("matchRules")
    spec.finish()
    default = None
    by_ingress: dict[str, Decided] = {}
    kept = 0
    for number, rule in enumerate(rules):
        made = _rule(f"{plugin.label}#matchRules-{number}", rule, version, report)
        if made is not None:
            kept += 1
            names, decided = made
            for name in names:
                by_ingress.setdefault(name, decided)
    if (off is None or not off.value) and default_config is not None:
        default = _decided(default_config, f"{plugin.label}#defaultConfig", version, report)
    elif (off is None or not off.value) and not kept:
        report.error(
            "not-supported",
            f"`{plugin.label}` has no configuration, which would mean the built-in one for every request",
            plugin.name_span,
            "write a `defaultConfig`, or `defaultConfigDisable: true`",
        )
    return Plugin(by_ingress=by_ingress, default=default)


def _rule(name: str, rule: Fields, version: str, report: Diagnostics) -> tuple[list[str], Decided] | None:
    disabled = rule.boolean("configDisable")
    ingresses = rule.strings("ingress")
    for key in ("domain", "service", "routeType"):
        if rule.has(key):
            report.error("not-supported", f"rules by `{key}` are not followed yet", rule.key_span(key))
    config = rule.mapping("config")
    rule.finish()
    if disabled is not None and disabled.value:
        return None
    if not ingresses:
        message = "a rule without a match condition names nothing that it would apply to"
        report.error("rule-without-match", message, rule.span, "add `ingress:` with the names of Ingresses")
    if config is None:
        report.error("missing-field", "a rule needs the field `config`", rule.span)
        return None
    return [ingress.value for ingress in ingresses], _decided(config, name, version, report)


def _decided(config: Fields, name: str, version: str, report: Diagnostics) -> Decided:
    policy, patterns = read_cors(config, name, report)
    return Decided(policy=policy, table=table(policy, patterns, version))
