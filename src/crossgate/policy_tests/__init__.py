"""Tests of policies: what browsers must be let do, and what not, kept beside the configuration and run in CI.

It must not know any gateway, nor how results are shown on a terminal.
"""
