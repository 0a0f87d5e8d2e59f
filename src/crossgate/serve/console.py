"""What a gateway says: ready listeners on one stream for programs, everything else on another for people.

Must not decide what is worth saying.
"""

from collections.abc import Callable, Iterable
from typing import TextIO

from msgspec import Struct

from crossgate.serve.errors import Problem


class Console(Struct, frozen=True, kw_only=True):
    """Two streams of lines, each flushed at once; `on_ready` hears name and URL of each listener that is ready, too."""

    out: TextIO
    err: TextIO
    on_ready: Callable[[str, str], None] | None = None

    def ready(self, name: str, url: str) -> None:
        """Say that a listener answers at a URL; the only line that programs read."""
        print(f"ready: {name} {url}", file=self.out, flush=True)
        if self.on_ready is not None:
            self.on_ready(name, url)

    def say(self, message: str) -> None:
        """Tell people what happened."""
        print(f"crossgate: {message}", file=self.err, flush=True)

    def complain(self, problems: Iterable[Problem]) -> None:
        """Tell people what is wrong and what helps."""
        for problem in problems:
            print(f"error: {problem.message}", file=self.err)
            if problem.help is not None:
                print(f"  help: {problem.help}", file=self.err)
        self.err.flush()
