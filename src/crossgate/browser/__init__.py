"""A browser as the Fetch Standard has it, for the CORS protocol: what it sends, and what it makes of the answers.

It is pure: it asks for exchanges and is given answers, whoever makes them.
"""
