"""The CORS policy that the annotations of an Ingress declare: `enable-cors` and the `cors-*` family.

Source: https://higress.cn/en/docs/latest/user/annotation/ and, for what it leaves open, the annotations of
ingress-nginx that it takes over. Unlike the plugin's, their default allows credentials.
"""

import re
from typing import Final, TypeVar

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.fields import Value
from crossgate.dialects.higress.annotated_origins import means_nothing
from crossgate.dialects.higress.annotations import Annotations
from crossgate.dialects.higress.cors import DEFAULT_HEADERS, DEFAULT_METHODS
from crossgate.model.policy import Declared, Policy
from crossgate.source import Span

DEFAULT_MAX_AGE: Final = 1_728_000
"""Seconds."""

_Declared = TypeVar("_Declared", bool, int)

_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@A-Z]+|null|\*")
_DETAILS: Final = (
    "cors-allow-origin",
    "cors-allow-methods",
    "cors-allow-headers",
    "cors-expose-headers",
    "cors-allow-credentials",
    "cors-max-age",
)


def read_annotated_cors(ingress: KubernetesObject, annotations: Annotations, report: Diagnostics) -> Policy | None:
    """Read the policy of an Ingress, None where CORS is not enabled by annotation."""
    enabled = annotations.boolean("enable-cors")
    if enabled is None or not enabled.value:
        _note_idle(annotations, ingress, report)
        return None
    origins = _listed(annotations, "cors-allow-origin", ("*",))
    credentials = annotations.boolean("cors-allow-credentials")
    max_age = annotations.integer("cors-max-age")
    policy = Policy(
        name=f"{ingress.label}#annotations",
        span=enabled.span,
        allow_origins=origins,
        allow_methods=_listed(annotations, "cors-allow-methods", DEFAULT_METHODS),
        allow_headers=_listed(annotations, "cors-allow-headers", DEFAULT_HEADERS),
        expose_headers=_listed(annotations, "cors-expose-headers", ()),
        allow_credentials=_declared(credentials, default=True),
        max_age=_declared(max_age, default=DEFAULT_MAX_AGE),
    )
    _warn_of_everybody(policy, enabled.span, report)
    _warn_of_never_sent(origins, report)
    return policy


def _note_idle(annotations: Annotations, ingress: KubernetesObject, report: Diagnostics) -> None:
    for name in _DETAILS:
        found = annotations.text(name)
        if found is not None:
            message = f"`{name}` of `{ingress.label}` has no effect: `enable-cors` is not `true`"
            report.note("annotation-without-effect", message, found.span)


def _listed(annotations: Annotations, name: str, default: tuple[str, ...]) -> tuple[Declared[str], ...]:
    """Return a comma list, or `*` alone where it has one; empty members stay."""
    text = annotations.text(name)
    if text is None:
        return tuple(Declared(value=value) for value in default)
    members = [member.strip() for member in text.value.split(",")]
    if "*" in members:
        members = ["*"]
    return tuple(Declared(value=member, span=text.span) for member in members)


def _declared(written: Value[_Declared] | None, *, default: _Declared) -> Declared[_Declared]:
    return Declared(value=default) if written is None else Declared(value=written.value, span=written.span)


def _warn_of_everybody(policy: Policy, enabled: Span, report: Diagnostics) -> None:
    origins = policy.allow_origins or ()
    if policy.allow_credentials.value and any(origin.value == "*" for origin in origins):
        report.warning(
            "any-origin-with-credentials",
            f"`{policy.name}` lets every site read answers to its visitors' credentialed requests",
            policy.allow_credentials.span or enabled,
            "list the sites in `cors-allow-origin`, or set `cors-allow-credentials` to `false`: its default is `true`",
        )


def _warn_of_never_sent(origins: tuple[Declared[str], ...], report: Diagnostics) -> None:
    for origin in origins:
        if origin.span is not None and means_nothing(origin.value):
            report.warning(
                "pattern-matches-nothing",
                f"`{origin.value}` means no origin, and is left out",
                origin.span,
                "a wildcard is the first label of a host, behind a scheme: `https://*.example.com`",
            )
        elif origin.span is not None and origin.value and _ORIGIN.fullmatch(origin.value) is None:
            report.warning(
                "origin-never-sent",
                f"no browser sends an origin that `{origin.value}` means: it is `scheme://host[:port]` in lower case",
                origin.span,
                "leave out paths and the slash at the end",
            )
