"""The names of things: the dialect's own, its documents and releases, the groups and kinds that it reads."""

from typing import Final

NAME: Final = "kgateway"

DOCUMENTS: Final = ("2.1", "2.3")
"""The versions of the documents that can be followed; the first is the default."""

RELEASES: Final = ("2.1", "2.2", "2.3")
"""The releases whose decisions can be emulated."""

GATEWAY_API: Final = "gateway.networking.k8s.io"
POLICY_GROUPS: Final = ("gateway.kgateway.dev",)
POLICY_KINDS: Final = ("TrafficPolicy", "GlooTrafficPolicy")
DIRECT_RESPONSE: Final = "DirectResponse"

LISTENER_SETS: Final = ((GATEWAY_API, "ListenerSet"), ("gateway.networking.x-k8s.io", "XListenerSet"))
"""Group and kind of what adds listeners to a Gateway, and of what it was before it was stable."""

CORE: Final = ""
SLICES: Final = ("discovery.k8s.io", "EndpointSlice")
