"""Running a gateway: the Envoy process, its files and its ports.

Knows processes, sockets and files; knows no policy and no gateway product: what to serve comes in compiled.
"""
