"""What every dialect is read into: frozen values that cannot be built wrong, and no gateway's name.

The spine is `table`: a policy is an ordered decision table, which the engine walks and Envoy's routes spell out.
"""
