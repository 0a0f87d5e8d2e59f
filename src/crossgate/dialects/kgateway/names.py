"""The groups and kinds of Kubernetes objects that this dialect reads."""

from typing import Final

GATEWAY_API: Final = "gateway.networking.k8s.io"
POLICY_GROUPS: Final = ("gateway.kgateway.dev",)
POLICY_KINDS: Final = ("TrafficPolicy", "GlooTrafficPolicy")
