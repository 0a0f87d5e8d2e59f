"""Why a gateway can't start, in words for its user. Must not know how they are printed."""

from collections.abc import Iterable

from msgspec import Struct


class Problem(Struct, frozen=True, kw_only=True):
    """What is wrong, and what the user can do about it."""

    message: str
    help: str | None = None


class StartError(Exception):
    """The gateway can't start, or couldn't; `problems` is never empty."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Take all problems at once, so that the user mends them at once."""
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


def start_error(message: str, help: str | None = None) -> StartError:  # noqa: A002 - the field's name
    """Return the error of a single problem."""
    return StartError((Problem(message=message, help=help),))
