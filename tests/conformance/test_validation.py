"""Every configuration of the cases is taken or refused as the gateway does, for the reason that is expected.

Where Crossgate decides otherwise on purpose, the case says so (`ours`), and `docs/differences.yaml` says why.
"""

import pytest

from crossgate.diagnostics import Severity
from crossgate.dialects.options import ReadOptions
from tests.conformance.files import file_of, read_file
from tests.conformance.suites import Validation, validations

CASES = validations()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_configuration_is_taken_or_refused_as_expected(case: Validation) -> None:
    text = file_of(case.suite.dialect, case.configuration, {})
    config, report = read_file(text, ReadOptions(gateway_api=case.version))
    errors = [found.id for found in report if found.severity is Severity.ERROR]
    is_taken = case.is_accepted if case.is_accepted_by_us is None else case.is_accepted_by_us
    assert errors == ([] if is_taken else list(case.errors))
    assert (config is not None) == is_taken


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.says and not case.is_accepted_by_us], ids=lambda case: case.id
)
def test_a_refusal_is_in_the_gateways_words(case: Validation) -> None:
    _, report = read_file(file_of(case.suite.dialect, case.configuration, {}), ReadOptions(gateway_api=case.version))
    said = [found.message for found in report if found.severity is Severity.ERROR]
    assert sorted(said) == sorted(match_of(words, said) for words in case.says)


def match_of(words: str, said: list[str]) -> str:
    """Return the message that says the gateway's words, with or without a field before them."""
    return next((message for message in said if message == words or message.endswith(f"`: {words}")), words)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_refusal_has_a_reason_and_a_difference_is_one(case: Validation) -> None:
    assert case.is_accepted_by_us != case.is_accepted
    is_refused = not (case.is_accepted if case.is_accepted_by_us is None else case.is_accepted_by_us)
    assert bool(case.errors) >= is_refused
