"""Why something that was observed is not written into a file of tests, and what a person writes instead.

It says what `update` does, and must not write itself.
"""

from crossgate.policy_tests.run import READABLE, VERDICT, Observation, Result


def unwritten(result: Result, item: Observation) -> tuple[str, str]:
    """Return the reason, and the help, for a mismatch that is left after an update."""
    case, fetch = result.case, result.case.fetch
    if result.verdict is None:
        return "nothing was observed, for no listener takes the URL", "mend `url`, or the configuration"
    if case.is_stranger:
        reason = "a stranger that is let in is never written: it is mostly a mistake of the policy"
        return (
            reason,
            f"mend the policy; if it is meant, list `{fetch.origin}` or a pattern in `allowed`, with the methods",
        )
    if case.cell is not None:
        reason = "the table or its row stands for several tests, which observed different things"
        return reason, f"give this test an `allowed` of its own, with `{fetch.origin}` and the methods it may send"
    if item.value_at is None:
        reason = "the test says nothing of it, and not all of its cases observed the same"
        return reason, f"split it: a test with `origin: {fetch.origin}`, `method: {fetch.method}` and {_words(item)}"
    reason = "the word stands for several cases, which observed different things, or in a form that is kept"
    return reason, f"split it: a test with `origin: {fetch.origin}`, `method: {fetch.method}` and {_words(item)}"


def _words(item: Observation) -> str:
    """Return what says in a test that something was observed."""
    if item.kind == VERDICT:
        return f"`expect: {item.observed}`"
    if item.kind == READABLE:
        return f"`readable: [{item.observed}]`"
    return f"{item.observed} for `{item.what}`"
