"""Kong Gateway: declarative files, their services, routes and the `cors` plugin.

Source: the plugin's reference and the declarative configuration format of Kong Gateway 3.
"""

from crossgate.dialects.kong.reader import DIALECT

__all__ = ["DIALECT"]
