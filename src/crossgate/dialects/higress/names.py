"""The names of things: the dialect's own, its documents and releases, the groups and kinds that it reads."""

from typing import Final

NAME: Final = "higress"

DOCUMENTS: Final = ("1.0", "2.0")
RELEASES: Final = ("1.0.0", "2.0.2")

INGRESSES: Final = "networking.k8s.io"
GATEWAY_API: Final = "gateway.networking.k8s.io"
BRIDGE: Final = ("networking.higress.io", "McpBridge")
PLUGIN: Final = ("extensions.higress.io", "WasmPlugin")
SERVICE: Final = ("", "Service")
SLICE: Final = ("discovery.k8s.io", "EndpointSlice")
SECRET: Final = ("", "Secret")
