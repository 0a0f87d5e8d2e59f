"""Which paths a rule of an Ingress means, and as which paths its backends see them.

Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types and the annotations `use-regex`,
`full-path-regex`, `rewrite-target` and `rewrite-path`.
"""

import re
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields, Text, Value
from crossgate.dialects.higress.annotations import OWN, Annotations
from crossgate.dialects.regex import check_regex
from crossgate.model.routes import ExactPath, PathMatch, PathPrefix, PathRegex, PathRewrite

_OPERATORS: Final = frozenset(r"\.+*?()|[]{}^$")
_NGINX_GROUP: Final = re.compile(r"\$[0-9]")
_REFERENCE: Final = re.compile(r"\\([0-9\\])|\\")


class Rewriting(Struct, frozen=True, kw_only=True):
    """What the annotations of an Ingress say of all its paths.

    `target` is `rewrite-target`, and `path` is `rewrite-path`, which goes before it.
    """

    use_regex: bool
    full_path: bool
    target: Text | None
    path: Text | None


def read_rewriting(annotations: Annotations) -> Rewriting:
    """Read what says how paths are matched and rewritten."""
    target = annotations.text("rewrite-target")
    use_regex, full_path = annotations.boolean("use-regex"), annotations.boolean("full-path-regex", (OWN,))
    return Rewriting(
        use_regex=use_regex is not None and use_regex.value,
        full_path=full_path is not None and full_path.value,
        target=target,
        path=annotations.text("rewrite-path", (OWN,)),
    )


def read_path(item: Fields, rewriting: Rewriting, report: Diagnostics) -> PathMatch | None:
    """Return what a path means; `Prefix`, which is also the default, ends at an element's end."""
    written, kind = item.string("path"), item.string("pathType", one_of=("Exact", "Prefix", "ImplementationSpecific"))
    path = "/" if written is None or not written.value else written.value
    if not path.startswith("/"):
        report.error("invalid-path", f"the path `{path}` does not begin with a slash", item.value_span("path"))
        return None
    if _is_expression(path, rewriting):
        text = Value(value=path, span=item.value_span("path"))
        pattern = path.removesuffix("$") if rewriting.full_path else f"{path}.*"
        return PathRegex(pattern=pattern) if check_regex(text, report, pattern) else None
    if kind is not None and kind.value == "Exact":
        return ExactPath(path=path)
    return PathPrefix(prefix=path.removesuffix("/") or "/", by_element=True)


def _is_expression(path: str, rewriting: Rewriting) -> bool:
    """Say whether a path is a regular expression: where an annotation says so, or its target needs one."""
    if rewriting.use_regex or rewriting.full_path:
        return True
    if rewriting.target is None:
        return False
    return not _OPERATORS.isdisjoint(path) or not {"$", "\\"}.isdisjoint(rewriting.target.value)


def rewrite_of(match: PathMatch, rewriting: Rewriting, report: Diagnostics) -> PathRewrite | None:
    """Return what becomes of a path that matched, None where it stays."""
    if rewriting.path is not None:
        return _replaced(match, rewriting.path.value)
    if rewriting.target is None:
        return None
    match match:
        case ExactPath(path=path) | PathPrefix(prefix=path):
            return PathRewrite(pattern=f"^{re.escape(path)}", substitution=_literal(rewriting.target.value))
        case PathRegex(pattern=pattern):
            return _substituted(pattern, rewriting.target, report)


def _replaced(match: PathMatch, path: str) -> PathRewrite:
    """Put a path in the place of what matched: of a prefix, or of the whole path."""
    match match:
        case PathPrefix(prefix="/"):
            return PathRewrite(pattern="^/", substitution=_literal(path.rstrip("/") + "/"))
        case PathPrefix(prefix=prefix):
            return PathRewrite(pattern=f"^{re.escape(prefix)}/?", substitution=_literal(path.rstrip("/") + "/"))
        case _:
            return PathRewrite(pattern="^.*$", substitution=_literal(path))


def _substituted(pattern: str, target: Text, report: Diagnostics) -> PathRewrite | None:
    """Return the rewrite with the groups of an expression, if it has all that are asked for."""
    import re2

    has_groups = _NGINX_GROUP.search(target.value) is not None
    substitution = target.value.replace("$", "\\") if has_groups else target.value
    groups = re2.compile(pattern).groups
    for reference in _REFERENCE.finditer(substitution):
        if reference[1] is None or (reference[1].isdecimal() and int(reference[1]) > groups):
            message = f"`{target.value}` asks for a group that the path does not have"
            report.error("invalid-rewrite", message, target.span, "groups are written `(…)` in the path, `$1` here")
            return None
    return PathRewrite(pattern=f"^(?:{pattern})$", substitution=substitution)


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\")
