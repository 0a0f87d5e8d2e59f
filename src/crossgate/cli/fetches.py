"""The fetches to check, from wherever they are told: options, a curl command, a browser's recording."""

import sys
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from crossgate.browser.planned import PlannedFetch
from crossgate.cli.configuration import STDIN
from crossgate.cli.drafts import Draft
from crossgate.cli.planning import Options, planned
from crossgate.cli.remarks import page_remark
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.files import MAXIMUM_SIZE
from crossgate.records import replace

if TYPE_CHECKING:
    from crossgate.cli.har import Recorded


class Told(Struct, frozen=True, kw_only=True):
    """Fetches to check, and what of the source was left out.

    `are_several`: they are told a line each. `recorded`: what came of each when it was recorded, if it was;
    `is_recording`: those that go to hosts which the files do not know are no matter.
    """

    fetches: tuple[PlannedFetch, ...]
    report: Diagnostics
    are_several: bool = False
    is_recording: bool = False
    recorded: "tuple[Recorded | None, ...]" = ()


def told_by(options: Options, from_curl: str | None, har: str | None) -> Told:
    """Return the fetches; raises `UsageError` where none is told, or nobody could plan it."""
    report = page_remark(options.page)
    if from_curl is not None:
        return _pasted(options, from_curl, report)
    if har is not None:
        return _recorded(options, har, report)
    return Told(fetches=(planned(options),), report=report, recorded=(None,))


def _pasted(options: Options, source: str, report: Diagnostics) -> Told:
    from crossgate.cli.pasted_curl import read_curl

    try:
        pasted = read_curl(_text(source, "--from-curl"))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--from-curl") from error
    for left_out in pasted.left_out:
        report.warning("left-out", f"left out: {left_out}", None)
    fetches = tuple(planned(options, draft) for draft in pasted.drafts)
    return Told(fetches=fetches, report=report, are_several=len(fetches) > 1, recorded=(None,) * len(fetches))


def _recorded(options: Options, source: str, report: Diagnostics) -> Told:
    from crossgate.cli.har import passed_in_words, read_har

    if replace(options, credentials=False, page=None, origin=None).are_given:
        raise click.UsageError("`--har` says all of each fetch but its page and `--credentials`")
    try:
        recording = read_har(_text(source, "--har"))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--har") from error
    fetches = [(fetch, each) for each in recording.fetches if (fetch := _planned(options, each.draft)) is not None]
    passed = ", ".join(passed_in_words(recording, unplanned=len(recording.fetches) - len(fetches)))
    if not fetches:
        more = f": {passed}" if passed else ""
        raise click.BadParameter(f"no page in `{source}` fetches from another origin{more}", param_hint="--har")
    if passed:
        report.note("entries-passed", f"entries that are no fetches to check: {passed}", None)
    return Told(
        fetches=tuple(fetch for fetch, _ in fetches),
        report=report,
        are_several=True,
        is_recording=True,
        recorded=tuple(each for _, each in fetches),
    )


def _planned(options: Options, draft: Draft) -> PlannedFetch | None:
    """Return a recorded fetch, None where no page could have planned it."""
    try:
        return planned(options, draft)
    except click.UsageError:
        return None


def _text(path: str, option: str) -> str:
    """Return the text of a file or of standard input."""
    from pathlib import Path

    try:
        if path == STDIN:
            content = sys.stdin.buffer.read(MAXIMUM_SIZE + 1)
        else:
            with Path(path).open("rb") as file:
                content = file.read(MAXIMUM_SIZE + 1)
        if len(content) > MAXIMUM_SIZE:
            message = f"`{path}` is larger than {MAXIMUM_SIZE // 1024 // 1024} MiB"
            raise click.BadParameter(message, param_hint=option)
        return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or "").lower() if isinstance(error, OSError) else "not UTF-8"
        raise click.BadParameter(f"cannot read `{path}`: {reason}", param_hint=option) from error
