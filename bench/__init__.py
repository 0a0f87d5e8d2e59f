"""The benchmark: what a policy costs, as ratios to Envoy without it and to Envoy's own filter. `make bench` runs it.

Nothing here asserts a time: machines differ, and the same one differs from minute to minute. What is compared runs in
one process, in turns, within seconds.
"""
