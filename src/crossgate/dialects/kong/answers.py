"""What the gateway answers on its own account, in the words of its documents."""

from typing import Final

from crossgate.model.listeners import Failed, Failure
from crossgate.model.table import Respond


def error(status: int, message: str) -> Respond:
    """Return the gateway's own error, without the id of the request that the gateway puts beside the message."""
    return Respond(
        status=status, body=f'{{\n  "message":"{message}"\n}}', content_type="application/json; charset=utf-8"
    )


NO_ROUTE: Final = error(404, "no Route matched with those values")
NO_SERVICE: Final = error(503, "no Service found with those values")
NO_PEER: Final = error(503, "failure to get a peer from the ring-balancer")
"""What a service gets whose upstream has no target with a weight."""

FAILED: Final = (
    Failed(failure=Failure.NO_ENDPOINT, answer=error(503, "name resolution failed")),
    Failed(failure=Failure.UNREACHABLE, answer=error(502, "An invalid response was received from the upstream server")),
    Failed(failure=Failure.TIMED_OUT, answer=error(504, "The upstream server is timing out")),
)
