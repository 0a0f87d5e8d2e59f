"""A configuration to be shown: without its private keys."""

from typing import Final

from crossgate.model.gateway import GatewayConfig
from crossgate.records import replace

REDACTED: Final = "[redacted]"


def without_private_keys(config: GatewayConfig) -> GatewayConfig:
    """Return the configuration with a mark in place of every private key."""
    listeners = (
        replace(listener, certificates=tuple(replace(item, private_key=REDACTED) for item in listener.certificates))
        for listener in config.listeners
    )
    return replace(config, listeners=tuple(listeners))
