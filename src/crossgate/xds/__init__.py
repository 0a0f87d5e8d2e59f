"""Delivery of Envoy resources over xDS, to one Envoy or a fleet.

Knows type URLs, versions and nonces; knows no policy, no gateway product and no process.
"""
