"""What is on show at the moment: the configuration, and where its listeners answer. Must not know who looks."""

from collections.abc import Mapping

from crossgate.demo.gateways import GATEWAYS
from crossgate.engine.decide import Engine
from crossgate.model.gateway import GatewayConfig


class Stage:
    """What is being served at the moment; threads that answer the page read it, the one that serves writes it."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._engine: Engine | None = None
        self._urls: dict[str, str] = {}

    def take(self, config: GatewayConfig) -> None:
        """Take a configuration for the one that is served."""
        self._engine = Engine(config)

    def note(self, listener: str, url: str) -> None:
        """Take note of where a listener answers."""
        self._urls = {**self._urls, listener: url}

    @property
    def is_complete(self) -> bool:
        """Whether every gateway answers."""
        return all(gateway.listener in self._urls for gateway in GATEWAYS)

    @property
    def urls(self) -> Mapping[str, str]:
        """Where the listeners answer, by name."""
        return self._urls

    @property
    def engine(self) -> Engine | None:
        """The engine of the configuration that is served."""
        return self._engine
