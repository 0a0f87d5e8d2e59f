"""The gateway's schemas: what its entities must be like, and what it says where they are not.

Source: the Admin API's reference of Kong Gateway 3 and its messages.
"""
