"""The cases of `fetch.json`, whose head note says where they are from."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

Case: TypeAlias = dict[str, Any]

PAGE: Final = "http://web-platform.test:8000"


@cache
def _all() -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = json.loads(Path(__file__).with_name("fetch.json").read_text(encoding="utf-8"))
    return found


def cases(section: str) -> list[Any]:
    """Return the cases of a section as parameters, named by where they are from."""
    return [
        pytest.param(case, id=f"{place}-{case.get('from', 'spec')}") for place, case in enumerate(_all()[section], 1)
    ]
