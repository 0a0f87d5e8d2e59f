"""The command line: one command a file. It wires the other packages together, and decides nothing itself."""

from crossgate import collection

with collection.paused():  # what is imported stays
    from crossgate.cli.main import main

__all__ = ["main"]
