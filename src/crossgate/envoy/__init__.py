"""The Envoy compiler: the model in Envoy's v3 API, as plain data in its JSON form. Pure: no I/O, no protobuf.

A row of a decision table becomes a route: its conditions are header matchers, its action the route's own or a
`direct_response`, its edits header edits. Field names are those of https://www.envoyproxy.io/docs/envoy/v1.40.0/api-v3.
"""
