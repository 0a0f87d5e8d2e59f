"""The annotations of an Ingress: two prefixes, the gateway's way to read a value, and what is said of the others.

Of an annotation under both prefixes the first one that can be read counts. This module does not know what a value
means.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Text, Value

NGINX: Final = "nginx.ingress.kubernetes.io/"
OWN: Final = "higress.io/"
PREFIXES: Final = (NGINX, OWN)

_BOOLEANS: Final = {
    **dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True),
    **dict.fromkeys(("0", "f", "F", "FALSE", "false", "False"), False),
}
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_HARMLESS: Final = re.compile(
    r"affinity.*|connection-proxy-header|cors-.*|disable-proxy|http2rpc.*|load-balance|mirror-.*|preserve-.*"
    r"|proxy-(?!body-size|ssl-).*|custom-http-errors|default-backend|server-alias|service-upstream|session-cookie-.*|ssl-cipher|ssl-prefer.*"
    r"|upstream-hash-by|use-port-in-redirects|enable-access-log|enable-opentelemetry|resource-definer|wasmplugin-title"
)
"""What balances, retries, mirrors and titles, and the details of a policy that `enable-cors` would switch on."""

_Read = TypeVar("_Read")


class Annotations:
    """The annotations of one Ingress; every method that takes a name records it as read."""

    def __init__(self, ingress: KubernetesObject, report: Diagnostics) -> None:
        self._written = ingress.annotations
        self._report = report
        self._read: set[str] = set()

    def text(self, name: str, prefixes: tuple[str, ...] = PREFIXES) -> Text | None:
        """Return a text without the white space around its lines; an empty one counts as none."""
        return self._first(name, prefixes, _trimmed, "a text that is not empty")

    def boolean(self, name: str, prefixes: tuple[str, ...] = PREFIXES) -> Value[bool] | None:
        """Return a boolean, in the words that Go has for it."""
        return self._first(name, prefixes, _boolean, "`true` or `false`")

    def integer(self, name: str, prefixes: tuple[str, ...] = PREFIXES) -> Value[int] | None:
        """Return an integer."""
        return self._first(name, prefixes, _integer, "an integer")

    def named(self, pattern: re.Pattern[str], prefix: str) -> Iterator[tuple[re.Match[str], Text]]:
        """Yield the annotations whose names a pattern matches, in the order of the file."""
        for key, text in self._written.items():
            found = pattern.fullmatch(key.removeprefix(prefix)) if key.startswith(prefix) else None
            if found is not None:
                self._read.add(found[0])
                yield found, text

    def finish(self) -> None:
        """Say of each annotation under a prefix that nobody read that it is not enforced."""
        for key, text in self._written.items():
            prefix = next((one for one in PREFIXES if key.startswith(one)), None)
            name = key.removeprefix(prefix or "")
            if prefix is not None and name not in self._read:
                is_harmless = _HARMLESS.fullmatch(name) is not None
                message = f"the annotation `{key}` is not enforced"
                report_unenforced(self._report, name, message, text.span, is_harmless=is_harmless)

    def _first(
        self, name: str, prefixes: tuple[str, ...], read: Callable[[str], _Read | None], wanted: str
    ) -> Value[_Read] | None:
        self._read.add(name)
        for key in (prefix + name for prefix in prefixes if prefix + name in self._written):
            text = self._written[key]
            found = read(text.value)
            if found is not None:
                return Value(value=found, span=text.span)
            message = f"`{text.value}` is passed over: `{key}` is {wanted}"
            self._report.warning("invalid-annotation", message, text.span)
        return None


def _trimmed(written: str) -> str | None:
    return "\n".join(line.strip() for line in written.split("\n")) or None


def _boolean(written: str) -> bool | None:
    return _BOOLEANS.get(written)


def _integer(written: str) -> int | None:
    return int(written) if _INTEGER.fullmatch(written) else None
