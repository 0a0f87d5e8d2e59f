"""WSGI applications served from threads of this program, which end with it. Must not know what they answer."""

import logging
import socket
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import waitress

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Application = Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]

_THREADS = 8


class Served:
    """An application that answers at a port of a numeric address, 0 for any free one; raises `OSError`.

    Connections queue from the moment this is made, and are answered from `start` on.
    """

    def __init__(self, application: Application, host: str, port: int) -> None:
        # Waitress says so of every request that has to wait for a thread.
        logging.getLogger("waitress").setLevel(logging.ERROR)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
        self.port: int = listening.getsockname()[1]
        self._server: Any = waitress.create_server(application, sockets=[listening], threads=_THREADS, ident=None)

    def start(self) -> None:
        """Answer from now on."""
        threading.Thread(target=self._server.run, daemon=True).start()
