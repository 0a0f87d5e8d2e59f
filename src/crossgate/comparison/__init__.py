"""What a change of configuration changes for browsers: places, what policies tell apart there, cell by cell.

It compares answers, not files, so it must not know how a gateway is configured, or how findings are shown.
"""
