"""Header names of the CORS protocol, and the lists that requests and responses carry in them.

Source: https://fetch.spec.whatwg.org/#http-cors-protocol. Names are lower case, as HTTP/2 and Envoy spell them.
"""

import re
from typing import Final

from crossgate.fetch.methods import is_token

ORIGIN: Final = "origin"
REQUEST_METHOD: Final = "access-control-request-method"
REQUEST_HEADERS: Final = "access-control-request-headers"
REQUEST_PRIVATE_NETWORK: Final = "access-control-request-private-network"

ALLOW_ORIGIN: Final = "access-control-allow-origin"
ALLOW_CREDENTIALS: Final = "access-control-allow-credentials"
ALLOW_METHODS: Final = "access-control-allow-methods"
ALLOW_HEADERS: Final = "access-control-allow-headers"
ALLOW_PRIVATE_NETWORK: Final = "access-control-allow-private-network"
EXPOSE_HEADERS: Final = "access-control-expose-headers"
MAX_AGE: Final = "access-control-max-age"
VARY: Final = "vary"

RESPONSE_HEADERS: Final = (
    ALLOW_ORIGIN,
    ALLOW_METHODS,
    ALLOW_HEADERS,
    EXPOSE_HEADERS,
    ALLOW_CREDENTIALS,
    MAX_AGE,
)
"""The six response headers by which a server grants access."""

LOCATION: Final = "location"
CONTENT_TYPE: Final = "content-type"
HOST: Final = "host"

OWS: Final = " \t"
"""Optional white space (RFC 9110 §5.6.3)."""

_VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


def is_value(text: str) -> bool:
    """Say whether a header can have a value, a character a byte (RFC 9110 §5.5)."""
    return _VALUE.fullmatch(text) is not None


def split_list(value: str) -> list[str]:
    """Return the members of a comma list, trimmed, empty ones left out (RFC 9110 §5.6.1.2)."""
    return [member for part in value.split(",") if (member := part.strip(OWS))]


def split_tokens(value: str) -> list[str] | None:
    """Return the members of a comma list of tokens, or None where one of them is no token.

    Source: https://fetch.spec.whatwg.org/#extract-header-list-values.
    """
    members = split_list(value)
    return members if all(is_token(member) for member in members) else None
