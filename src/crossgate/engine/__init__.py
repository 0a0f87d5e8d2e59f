"""The pure engine: which route a request takes, which row of its table decides, what the client sees, and why.

It reads the same tables as the Envoy compiler and shares nothing else with it; the differential tests compare them.
"""
