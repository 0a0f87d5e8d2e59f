"""The page about performance says what the figures say."""

import json

import pytest

from bench.page import PAGE, PICTURE, rendered
from bench.plot import picture
from bench.results import FILE, SCHEMA

AGAIN = "run `python -m bench.page`"


def test_the_page_has_the_figures() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == rendered(page, json.loads(FILE.read_text(encoding="utf-8"))), AGAIN


def test_other_figures_make_another_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    figures = json.loads(FILE.read_text(encoding="utf-8"))
    figures["traffic"][0]["rate"]["ours"] += 1
    assert page != rendered(page, figures)


def test_the_picture_has_the_figures() -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(json.loads(FILE.read_text(encoding="utf-8"))), AGAIN
    assert PICTURE.name in PAGE.read_text(encoding="utf-8")


def test_a_page_without_marks_is_an_error() -> None:
    with pytest.raises(ValueError, match="no marks"):
        rendered("# Performance\n", {})


def test_the_figures_are_of_a_whole_run() -> None:
    figures = json.loads(FILE.read_text(encoding="utf-8"))
    assert figures["schema"] == SCHEMA
    assert not figures["settings"]["is_quick"]
