"""WasmPlugins that are the CORS plugin: their default and their match rules.

`pluginConfig` is the configuration as the plugin itself gets it: the default's fields, and the rules under a key of
their own.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.fields import Fields
from crossgate.dialects.higress.behaviour import table
from crossgate.dialects.higress.cors import read_cors
from crossgate.dialects.higress.matching import Named, rule_of
from crossgate.dialects.higress.places import Decided
from crossgate.dialects.higress.releases import release_table
from crossgate.dialects.higress.rules import Rule, Rules
from crossgate.dialects.nodes import MappingNode
from crossgate.source import Span

_RULES: Final = "_rules_"


class Following(Struct, frozen=True, kw_only=True):
    """How a plugin's configuration becomes a table: by which documents, or as which release has it."""

    documents: str
    release: str | None


class PluginReader:
    """Reads the configurations of one plugin."""

    def __init__(self, plugin: KubernetesObject, following: Following, report: Diagnostics) -> None:
        self._plugin = plugin
        self._following = following
        self._report = report

    def read(self, spec: Fields) -> Rules | None:
        """Read the plugin's `spec`, or return None where the plugin is switched off everywhere."""
        if spec.has("pluginConfig"):
            return self._given(spec)
        off = spec.boolean("defaultConfigDisable")
        default = spec.mapping("defaultConfig")
        written = [(at, rule) for at, rule in enumerate(spec.mappings("matchRules")) if not _is_disabled(rule)]
        kept = tuple(self._kept(written))
        if off is not None and off.value:
            return Rules(rules=kept) if kept else None
        name = f"{self._plugin.label}#defaultConfig"
        if default is not None and default.has(_RULES) and not kept:
            return self._raw(default, name)
        if default is not None and default.unknown():
            return Rules(rules=kept, default=self._decided(default, name))
        if written:
            return Rules(rules=kept)
        return Rules(rules=(), default=self._built_in(name))

    def _given(self, spec: Fields) -> Rules | None:
        """Read `pluginConfig`, beside which nothing else counts."""
        for key in ("defaultConfig", "defaultConfigDisable", "matchRules"):
            if spec.has(key):
                message = f"`{key}` does not count: there is a `pluginConfig`"
                self._report.warning("ignored-field", message, spec.key_span(key), "keep one of them")
        config = spec.mapping("pluginConfig")
        if config is None:
            return None
        name = f"{self._plugin.label}#pluginConfig"
        return self._raw(config, name) if config.unknown() else Rules(rules=(), default=self._built_in(name))

    def _raw(self, config: Fields, name: str) -> Rules | None:
        """Read a configuration with its rules inside it; without a field of its own it has no default."""
        rules = tuple(self._raw_rules(config, name))
        default = self._decided(config, name) if config.unknown() else None
        if not config.items(_RULES) and default is None:
            message = f"`{_RULES}` is empty and there is no other field, so the plugin does not start"
            self._report.error("no-configuration", message, config.key_span(_RULES))
        return Rules(rules=rules, default=default)

    def _raw_rules(self, config: Fields, name: str) -> Iterator[Rule]:
        for number, rule in enumerate(config.mappings(_RULES)):
            named = Named.raw(rule, self._report)
            made = rule_of(named, self._decided(rule, f"{name}-{number}"), rule.span, self._is_exact, self._report)
            if made is not None:
                yield made

    def _kept(self, rules: Iterable[tuple[int, Fields]]) -> Iterator[Rule]:
        """Yield the rules that can be read, each of which has its place in the list."""
        for number, rule in rules:
            named = Named.of(rule, release=self._following.release, report=self._report)
            config = rule.mapping("config")
            rule.finish()
            name = f"{self._plugin.label}#matchRules-{number}"
            decided = self._decided(_empty(rule.span, self._report) if config is None else config, name)
            made = rule_of(named, decided, rule.span, self._is_exact, self._report)
            if made is not None:
                yield made

    def _built_in(self, name: str) -> Decided:
        """Return what holds everywhere for a plugin that configures nothing."""
        self._report.warning(
            "built-in-configuration",
            f"`{self._plugin.label}` configures nothing, so the plugin's defaults hold for every request",
            self._plugin.name_span,
            "write a `defaultConfig`, or `defaultConfigDisable: true`",
        )
        return self._decided(_empty(self._plugin.name_span, self._report), name)

    @property
    def _is_exact(self) -> bool:
        """Whether letter case counts in domains: it does in a release."""
        return self._following.release is not None

    def _decided(self, config: Fields, name: str) -> Decided:
        policy, patterns = read_cors(config, name, self._report)
        release = self._following.release
        if release is not None:
            return Decided(policy=policy, table=release_table(policy, patterns, release))
        return Decided(policy=policy, table=table(policy, patterns, self._following.documents))


def _is_disabled(rule: Fields) -> bool:
    """Say whether a rule is switched off, which then counts as if it were not there."""
    disabled = rule.boolean("configDisable")
    return disabled is not None and disabled.value


def _empty(span: Span, report: Diagnostics) -> Fields:
    """Open a configuration without fields."""
    return Fields(MappingNode(entries=(), span=span), report, "the configuration")
