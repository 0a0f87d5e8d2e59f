"""Invariant: whatever a file holds, reading it ends in time and memory, without a traceback.

Its findings can be shown; and what is accepted, with or without warnings, compiles, and Envoy takes it.
"""

import json
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crossgate.diagnostics import Diagnostics, render_text, to_json
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.envoy.resources import static_bootstrap
from crossgate.model.gateway import GatewayConfig
from crossgate.source import Source
from tests.fuzz import mutations
from tests.fuzz.bounds import EXAMPLES, fuzzing, in_memory, in_time
from tests.support.envoy import complaint

HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
"""What a terminal would obey, or not show."""
OPTIONS = [
    ReadOptions(),
    ReadOptions(without=frozenset({"jwt"})),
    ReadOptions(documents={"kgateway": "2.3", "higress": "1.0"}),
    ReadOptions(gateway_api="1.5"),
]


def read_text(text: str, options: ReadOptions) -> GatewayConfig | None:
    """Read a file as a command does, and show what was found in both forms."""
    report = Diagnostics()
    with in_time():
        config = read([Source(name="fuzz.yaml", text=text)], options, report)
        shown = render_text(report, colour=False)
    assert (config is None) == report.has_errors
    assert not any(unicodedata.category(character) in HIDDEN for character in shown.replace("\n", "")), shown
    for found in report:
        assert found.message
        assert not found.message.endswith("."), found
        json.dumps(to_json(found))
    return config


@given(text=mutations.texts(), options=st.sampled_from(OPTIONS))
@fuzzing(few=250)
def test_text_that_is_broken(text: str, options: ReadOptions) -> None:
    with in_memory():
        read_text(text, options)


@given(text=st.text(max_size=200) | st.binary(max_size=200).map(lambda octets: octets.decode("utf-8", "replace")))
@fuzzing(few=100)
def test_text_that_is_anything(text: str) -> None:
    with in_memory():
        read_text(text, ReadOptions())


def test_values_that_are_broken_and_what_envoy_says_to_the_rest() -> None:
    accepted: dict[str, dict[str, Any]] = {}

    @given(text=mutations.documents(), options=st.sampled_from(OPTIONS))
    @fuzzing(few=500)
    def compile_what_is_accepted(text: str, options: ReadOptions) -> None:
        with in_memory():
            config = read_text(text, options)
            if config is not None:
                with in_time():
                    accepted[text] = static_bootstrap(config, dict.fromkeys(config.ports, ("127.0.0.1", 0)))

    compile_what_is_accepted()
    assert len(accepted) > (EXAMPLES or 500) / 10, "hardly anything is accepted, so nothing is tested"
    refused = find_refused(list(accepted.items()))
    assert not refused, "\n\n".join(f"{said}\nfor the file\n{text}" for text, said in refused)


def find_refused(accepted: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, str]]:
    """Return the files that Envoy refuses, with what it says; all go through it at once, halves where that fails."""
    said = refusal([compiled for _, compiled in accepted])
    if not said:
        return []
    if len(accepted) == 1:
        return [(accepted[0][0], said)]
    middle = len(accepted) // 2
    return find_refused(accepted[:middle]) + find_refused(accepted[middle:])


def refusal(compiled: list[dict[str, Any]]) -> str:
    """Return what Envoy says against any of some configurations, put into one."""
    resources = [bootstrap["static_resources"] for bootstrap in compiled]
    listeners = [
        {**listener, "name": f"{number}-{listener['name']}"}
        for number, found in enumerate(resources)
        for listener in found["listeners"]
    ]
    clusters = {cluster["name"]: cluster for found in resources for cluster in found["clusters"]}
    bootstrap = {**compiled[0], "static_resources": {"listeners": listeners, "clusters": list(clusters.values())}}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "bootstrap.json")
        file.write_text(json.dumps(bootstrap), encoding="utf-8")
        return complaint(file)
