"""The domains of match rules: which hosts a domain means, of those that a hostname stands for.

`*x` is what ends with `x`, `x*` what begins with it, anything else one host; the host of a request counts without its
port. A domain with a port is therefore no host's.
"""

import re
from enum import Enum
from typing import Final

from msgspec import Struct

from crossgate.model.hosts import Hostname
from crossgate.source import Span

_PORT: Final = r"(?::[^:\]]*)?"
_HAS_PORT: Final = re.compile(r"(?:[^\[\]]*|\[.*\]):[^\]]*")
_HOSTNAME: Final = re.compile(r"\*|(?:\*\.)?[a-z0-9._\[\]:-]+|[a-z0-9._-]+\.\*")


class Extent(Enum):
    """How many of some hosts are meant."""

    ALL = "all"
    SOME = "some"
    NONE = "none"


class Domain(Struct, frozen=True, kw_only=True):
    """A domain as written; `folds_case`: letter case does not count, as hosts have none (RFC 9110 §4.2.3)."""

    written: str
    folds_case: bool
    span: Span

    @property
    def hostname(self) -> Hostname | None:
        """The hostname that means the same hosts, where there is one."""
        text = self.written.lower()
        if not self.folds_case or self.is_nobodys or _HOSTNAME.fullmatch(text) is None:
            return None
        return Hostname(pattern=text)

    @property
    def is_nobodys(self) -> bool:
        """Whether no host of a request can be meant."""
        text = self.written
        return not text or "*" in text[1:-1] or (text[0] == text[-1] == "*" != text) or self._has_port

    @property
    def _has_port(self) -> bool:
        return not self.written.startswith("*") and _HAS_PORT.fullmatch(self.written) is not None

    def extent(self, hostname: Hostname) -> Extent:
        """Say how many of the hosts of a hostname are meant."""
        if self.is_nobodys:
            return Extent.NONE
        found = _extent(self.written.lower(), hostname.pattern)
        if found is Extent.ALL and not self.folds_case and self.written.strip("*.0123456789-:[]"):
            return Extent.SOME
        return found

    def expression(self) -> str:
        """Return RE2 on `Host`, port and all, for the hosts that are meant."""
        fold = "(?i)" if self.folds_case else ""
        text = re.escape(self.written.strip("*"))
        if self.written.startswith("*"):
            before = ".*" if "]" in self.written else "[^:]*"
            return f"{fold}{before}{text}{_PORT}"
        return f"{fold}{text}.*" if self.written.endswith("*") else f"{fold}{text}{_PORT}"


def _extent(domain: str, pattern: str) -> Extent:
    """Compare a domain with the pattern of a hostname, both in lower case."""
    if domain == "*":
        return Extent.ALL
    is_exact = "*" not in pattern
    text, known = domain.strip("*"), pattern.strip("*")
    if domain.startswith("*"):
        if is_exact or pattern.startswith("*."):
            return _of(known.endswith(text), not is_exact and text.endswith(known))
        return Extent.SOME
    if domain.endswith("*"):
        if is_exact or pattern.endswith(".*"):
            return _of(known.startswith(text), not is_exact and text.startswith(known))
        return Extent.SOME
    return _of(is_exact and domain == pattern, not is_exact and Hostname(pattern=pattern).matches(domain))


def _of(all_of_them: bool, some: bool) -> Extent:  # noqa: FBT001 - two answers to one question
    if all_of_them:
        return Extent.ALL
    return Extent.SOME if some else Extent.NONE
