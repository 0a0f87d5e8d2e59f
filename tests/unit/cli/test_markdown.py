"""The section for a pull request: nothing of the files is markup there, and it fits into a comment."""

import re

from hypothesis import given
from hypothesis import strategies as st

from crossgate.cli.markdown import LONGEST, code, to_markdown
from crossgate.comparison.compare import compare
from crossgate.engine.decide import Engine
from tests.unit.cli.configurations import configuration
from tests.unit.policy_tests.files import POLICY

SERVICE = """\
  - name: s{number}
    url: http://s.test:80
    routes: [{{name: r{number}, paths: [/r{number}]}}]
    plugins: [{{name: cors, config: {{origins: ["https://{origin}.test"]}}}}]
"""


def policy(origins: list[str]) -> str:
    services = (SERVICE.format(number=number, origin=origin) for number, origin in enumerate(origins))
    return f'_format_version: "3.0"\nservices:\n{"".join(services)}'


def markdown(old: str, new: str) -> str:
    before, after = Engine(configuration(old)), Engine(configuration(new))
    return to_markdown(compare(before, after), before, after)


def changed(count: int) -> str:
    return markdown(policy(["a"] * count), policy([f"o{number}" for number in range(count)]))


def test_few_differences_are_shown_with_their_witnesses() -> None:
    text = changed(1)
    assert "| **newly allowed** | `https://o0.test` |" in text
    assert "<details>" not in text


def test_many_witnesses_are_folded() -> None:
    text = changed(10)
    assert "<details><summary>witnesses</summary>" in text
    assert text.count("| **newly allowed** |") == 10


def test_what_has_no_room_is_counted() -> None:
    text = changed(400)
    assert len(text) < LONGEST
    (more,) = re.findall(r"\*\*([0-9,]+) more differences do not fit here, ([0-9]+) of them newly allowed\*\*", text)
    assert int(more[0].replace(",", "")) + text.count("| **newly allowed** |") >= 400
    assert re.search(r"the witnesses of [0-9,]+ of [0-9,]+</summary>", text)
    assert "differences in" in text.splitlines()[-1]


@given(st.text())
def test_code_is_code_whatever_it_holds(text: str) -> None:
    shown = code(text)
    (fence,) = re.findall(r"\A`+", shown)
    inside = shown[len(fence) : -len(fence)]
    assert shown.endswith(fence)
    assert fence not in re.findall("`+", inside)
    assert "\n" not in shown


def test_a_pipe_stays_in_its_cell() -> None:
    text = markdown(POLICY, POLICY.replace('"https://b.test"', "'https://(x|<b>y)\\.test'"))
    rows = [line for line in text.splitlines() if line.startswith("| **")]
    assert rows
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)
