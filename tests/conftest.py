"""Options of the whole test run."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew, and delete what is stale")
    parser.addoption(
        "--update-transcripts",
        action="store_true",
        help="write what commands print into tests/cli and the documentation, to be read before it is kept",
    )
