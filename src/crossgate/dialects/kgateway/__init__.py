"""kgateway and the Kubernetes Gateway API: Gateway, HTTPRoute and TrafficPolicy.

Source: the kgateway documentation on CORS (2.1, 2.3) and https://gateway-api.sigs.k8s.io/reference/spec/.
"""

from crossgate.dialects.kgateway.reader import DIALECT

__all__ = ["DIALECT"]
