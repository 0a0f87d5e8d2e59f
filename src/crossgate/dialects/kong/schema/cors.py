"""What the configuration of the `cors` plugin is like. Source: the plugin's configuration reference."""

from typing import Final

from crossgate.dialects.kong.schema.entities import cors_plugin
from crossgate.dialects.kong.schema.kinds import Array, Presence, Record, Rule, Scalar, Type
from crossgate.dialects.kong.schema.regexes import compile_fault, only_pcre2

METHODS: Final = ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT")
"""The methods there are, in the order in which the default lists them."""
ANY: Final = "*"


def origin(text: str) -> str | None:
    """Say what is wrong with an entry of `origins`: every entry but `*` has to be an expression."""
    return None if text == ANY or compile_fault(text) is None else f"'{text}' is not a valid regex"


def runnable(text: str) -> str | None:
    """Say what the gateway's expressions have that those of the data plane have not: it is never run differently."""
    construct = None if text == ANY else only_pcre2(text)
    return None if construct is None else f"`{text}` has {construct}, which the gateway runs and RE2 cannot"


_EXPRESSIONS: Final = (
    Rule(
        id="invalid-regex",
        says=origin,
        helps=lambda _: "what is neither `*` nor a plain origin is an expression: subdomains are `.*\\.example\\.com`",
    ),
    Rule(
        id="unenforceable-regex",
        says=runnable,
        helps=lambda _: "list the origins, or write it without: https://github.com/google/re2/wiki/Syntax",
    ),
)
_FLAG: Final = Scalar(type=Type.BOOLEAN, presence=Presence.DEFAULTED)
_TEXTS: Final = Array(elements=Scalar())

CORS: Final = Record(
    fields={
        "origins": Array(elements=Scalar(rules=_EXPRESSIONS)),
        "headers": _TEXTS,
        "exposed_headers": _TEXTS,
        "methods": Array(elements=Scalar(one_of=METHODS, id="invalid-method")),
        "max_age": Scalar(type=Type.NUMBER),
        **dict.fromkeys(("credentials", "private_network", "preflight_continue", "allow_origin_absent"), _FLAG),
    }
)

CORS_PLUGIN: Final = cors_plugin(CORS)
