"""The smallest change of the user's own files that would let a fetch through, found by trying, with what it risks.

It edits texts, has them read again, and plays the fetch again; what does not come out as allowed is not proposed. It
knows no gateway: a reader and the names of fields are all that it needs.
"""
