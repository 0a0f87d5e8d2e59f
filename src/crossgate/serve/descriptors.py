"""How many connections the files that a process may open leave room for. Must not know what is connected."""

import resource

_OF_A_CONNECTION = 2
"""Descriptors: one to the client, one to the upstream."""


def affordable_connections(most: int) -> int:
    """Return how many clients may be connected at once to an Envoy that we start, `most` at most.

    Envoy raises its soft limit of open files to the hard one, so that one counts (getrlimit(2)).
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return most if hard == resource.RLIM_INFINITY else max(1, min(most, hard // _OF_A_CONNECTION))
