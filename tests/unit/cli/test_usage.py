import click
import pytest

from crossgate.cli.main import commands
from crossgate.cli.usage import report_usage, wants_json


def complaint(*arguments: str) -> tuple[str, str | None]:
    with pytest.raises(click.UsageError) as raised, commands.make_context("crossgate", list(arguments)) as context:
        commands.invoke(context)
    (found,) = report_usage(raised.value, "crossgate check")
    assert found.id == "usage"
    assert found.span is None
    return found.message, found.hint


SEE = "see `crossgate check --help`"


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (("--nope",), "there is no option `--nope`", SEE),
        (("check", "a", "--orign", "x"), "there is no option `--orign`", f"did you mean `--origin`? {SEE}"),
        (("check",), "`PATH…` is missing", SEE),
        (("check", "a", "--url"), "option `--url` requires an argument", SEE),
        (("check", "a", "--format", "xml"), "`--format`: `xml` is not one of `text`, `json`", SEE),
        (("check", "a", "--dialect", "x"), "`--dialect`: `x` is not one of `kgateway`, `higress`, `kong`", SEE),
        (("check", "a", "--url", "x", "--origin", "y"), "`--url`: `x` is not an absolute http or https URL", SEE),
        (("chekc",), "there is no command `chekc`, did you mean `check`?", SEE),
        (("nothing",), "there is no command `nothing`", SEE),
        (("compile", "a", "--listen", "b"), "`--listen`: `b` is not a place to listen: ", SEE),
    ],
)
def test_bad_usage_is_a_finding(arguments: tuple[str, ...], message: str, hint: str) -> None:
    said, helped = complaint(*arguments)
    assert said.startswith(message)
    assert not said.endswith(".")
    assert helped == hint


@pytest.mark.parametrize("arguments", [["--format", "json"], ["check", "a", "--format=json", "--nope"]])
def test_json_is_wanted(arguments: list[str]) -> None:
    assert wants_json(arguments)


@pytest.mark.parametrize("arguments", [[], ["json"], ["--format", "text", "json"], ["--format"], ["--format=text"]])
def test_json_is_not_wanted(arguments: list[str]) -> None:
    assert not wants_json(arguments)
