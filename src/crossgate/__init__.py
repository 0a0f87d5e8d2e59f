"""Crossgate: CORS policies of API gateways, read, decided, explained and enforced."""

__version__ = "0.1.0"
