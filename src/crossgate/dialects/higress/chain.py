"""The WasmPlugins of all files, in the order in which requests pass them.

Phases come one after the other, in each the higher priority first, and of two that are equal the older. The CORS
plugins among them are read; all others are not enforced, and one that authenticates before CORS is an old trap.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostic, Diagnostics, Severity
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields
from crossgate.dialects.higress.images import Image, image
from crossgate.dialects.higress.plugins import Following, PluginReader
from crossgate.dialects.higress.releases import report_what_envoy_cannot
from crossgate.dialects.higress.stack import Plugins
from crossgate.dialects.options import ReadOptions

SYSTEM_NAMESPACE: Final = "higress-system"
"""The controller's namespace: plugins elsewhere are not read, and Ingresses in it have short names in rules."""

CORS: Final = "cors"
_UNSPECIFIED: Final = "UNSPECIFIED_PHASE"
_PHASES: Final = ("AUTHN", "AUTHZ", "STATS", _UNSPECIFIED)
_LOWEST: Final = -(2**31)
_HARMLESS: Final = frozenset({"ai-statistics", "cache-control", "gw-error-format", "log-request-response"})
"""The plugins without which nothing is let through that they would stop."""
_AUTHENTICATING: Final = frozenset(
    {
        "basic-auth",
        "ext-auth",
        "hmac-auth",
        "hmac-auth-apisix",
        "jwt-auth",
        "key-auth",
        "oauth",
        "oidc",
        "simple-jwt-auth",
    }
)
"""The plugins that refuse a request without credentials, as every preflight is."""
_EVERYWHERE: Final = "global_auth"
"""Where a plugin that authenticates has rules, its default asks for credentials elsewhere only with this on."""


class Filter(Struct, frozen=True, kw_only=True):
    """A plugin in the chain: the image that it runs, and its place."""

    source: KubernetesObject
    spec: Fields
    image: Image
    phase: str
    priority: int

    @property
    def order(self) -> tuple[int, int, str, str, str]:
        """The key by which requests pass plugins, smaller first."""
        return (_PHASES.index(self.phase), -self.priority, self.source.created, self.source.name, self.source.namespace)

    @property
    def placed(self) -> str:
        """The place in the words of the manifest."""
        return f"{self.phase}/{'unset' if self.priority == _LOWEST else self.priority}"


def read_plugins(sources: Iterable[KubernetesObject], options: ReadOptions, name: str, report: Diagnostics) -> Plugins:
    """Read the CORS plugins, and say of all others that they are not enforced; `name` is the dialect's in `options`."""
    documents, release = options.documents.get(name), options.emulate.get(name)
    filters = sorted(
        (found for source in sources if (found := _filter(source, report)) is not None), key=lambda item: item.order
    )
    read = []
    for item in filters:
        if item.image.name != CORS:
            continue
        following = Following(documents=documents or item.image.documents, release=release)
        rules = PluginReader(item.source, following, report).read(item.spec)
        item.spec.finish()
        if rules is not None:
            read.append((item, rules))
            if release is not None and options.without is not None:
                report_what_envoy_cannot(release, rules.policies(), item.source.name_span, report)
    _warn_of_authentication(filters, [item for item, _ in read], report)
    return Plugins(rules=tuple(rules for _, rules in read), report=report)


def _filter(source: KubernetesObject, report: Diagnostics) -> Filter | None:
    """Read what places a plugin in the chain; None for one that is not in it, or not enforced and said to be so."""
    spec = source.body.mapping("spec", required=True)
    source.body.finish()
    url = None if spec is None else spec.string("url", required=True)
    if spec is None or url is None:
        return None
    if source.namespace != SYSTEM_NAMESPACE:
        message = f"`{source.label}` is not read: plugins stand in the namespace `{SYSTEM_NAMESPACE}`"
        report.warning("plugin-not-read", message, source.name_span)
        return None
    phase = spec.string("phase", one_of=_PHASES)
    priority = spec.integer("priority", minimum=_LOWEST, maximum=-_LOWEST - 1)
    spec.ignore("imagePullPolicy", "imagePullSecret", "sha256", "verificationKey", "pluginName", "vmConfig")
    spec.ignore("failStrategy", "type")
    found = image(url.value)
    if found.name != CORS:
        name = found.name or source.name
        message = f"the plugin `{name}` of `{source.label}` is not enforced: only `{CORS}` is"
        report_unenforced(report, name, message, url.span, is_harmless=name in _HARMLESS)
    return Filter(
        source=source,
        spec=spec,
        image=found,
        phase=_UNSPECIFIED if phase is None else phase.value,
        priority=_LOWEST if priority is None else priority.value,
    )


def _warn_of_authentication(filters: Sequence[Filter], read: Sequence[Filter], report: Diagnostics) -> None:
    """Say of each CORS plugin which plugin refuses its preflights before it sees them."""
    for cors in read:
        before = [
            item
            for item in filters[: filters.index(cors)]
            if item.image.name in _AUTHENTICATING and _meet(_reach(item), _reach(cors))
        ]
        for item in before:
            message = (
                f"`{item.image.name}` ({item.placed}) stands before `{CORS}` ({cors.placed}): it answers preflights, "
                "which carry no credentials, with 401 before CORS sees them"
            )
            report.add(
                Diagnostic(
                    severity=Severity.WARNING,
                    id="preflights-unauthenticated",
                    message=message,
                    span=cors.source.name_span,
                    hint=_cure(before),
                    related=((f"`{item.image.name}` is here", item.source.name_span),),
                )
            )


def _cure(before: Sequence[Filter]) -> str:
    first = before[0]
    highest = max(item.priority for item in before if item.phase == first.phase)
    phase = "" if first.phase == _UNSPECIFIED else f"`phase: {first.phase}` and "
    return f"give `{CORS}` {phase}a `priority` above {0 if highest == _LOWEST else highest}"


def _reach(item: Filter) -> frozenset[str] | None:
    """Return the Ingresses that a plugin is for, where it says so by their names alone; None: all of them, maybe."""
    spec = item.spec.reporting_to(Diagnostics())
    rules = spec.mappings("matchRules")
    off, default = spec.boolean("defaultConfigDisable"), spec.mapping("defaultConfig")
    is_global = default is not None and (
        default.unknown() if item.image.name == CORS else _is_true(default, _EVERYWHERE)
    )
    if spec.has("pluginConfig") or not rules or (is_global and not (off is not None and off.value)):
        return None
    names: set[str] = set()
    for rule in rules:
        disabled, routes = rule.boolean("configDisable"), rule.strings("ingress")
        if disabled is not None and disabled.value:
            continue
        if not routes:
            return None
        names.update(route.value for route in routes)
    return frozenset(names)


def _is_true(config: Fields, key: str) -> bool:
    value = config.boolean(key)
    return value is not None and value.value


def _meet(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    """Say whether two plugins may be for one Ingress."""
    return one is None or other is None or not one.isdisjoint(other)
