"""How the data plane answers gRPC clients, who take no HTTP status but 200 for an answer of the service's side.

Source: https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md; what it leaves open is Envoy 1.40's.
"""

from http import HTTPStatus
from typing import Final
from urllib.parse import quote

CONTENT_TYPE: Final = "application/grpc"

_UNKNOWN: Final = "2"
_STATUSES: Final[dict[int, str]] = {
    HTTPStatus.BAD_REQUEST: "13",
    HTTPStatus.UNAUTHORIZED: "16",
    HTTPStatus.FORBIDDEN: "7",
    HTTPStatus.NOT_FOUND: "12",
    HTTPStatus.TOO_MANY_REQUESTS: "14",
    HTTPStatus.BAD_GATEWAY: "14",
    HTTPStatus.SERVICE_UNAVAILABLE: "14",
    HTTPStatus.GATEWAY_TIMEOUT: "14",
}
_PRINTABLE: Final = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")


def is_grpc(content_type: str) -> bool:
    """Say whether a request of this content type is one of gRPC's."""
    return content_type == CONTENT_TYPE or content_type.startswith(f"{CONTENT_TYPE}+")


def status_of(status: int) -> str:
    """Return the gRPC status that stands for an HTTP status."""
    return _STATUSES.get(status, _UNKNOWN)


def message_of(body: str) -> str:
    """Return a body as a gRPC message, percent-encoded."""
    return quote(body, safe=_PRINTABLE)
