"""Higress: McpBridge, Ingress and the `cors` plugin.

Source: the plugin's page in the Higress documentation (1.0, 2.0).
"""

from crossgate.dialects.higress.reader import DIALECT

__all__ = ["DIALECT"]
