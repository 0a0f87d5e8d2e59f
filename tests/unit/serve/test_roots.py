import ssl
from pathlib import Path

import pytest

from crossgate.serve import roots


def test_the_file_that_openssl_is_told_of_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "told.pem"
    told.touch()
    monkeypatch.setenv(ssl.get_default_verify_paths().openssl_cafile_env, str(told))
    assert roots.find_trusted_roots() == str(told)


def test_else_the_first_usual_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = tmp_path / "usual.pem"
    usual.touch()
    monkeypatch.setenv(ssl.get_default_verify_paths().openssl_cafile_env, str(tmp_path / "missing"))
    monkeypatch.setattr(roots, "USUAL", (str(tmp_path / "none"), str(usual)))
    assert roots.find_trusted_roots() == str(usual)


def test_without_any_the_place_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ssl.get_default_verify_paths().openssl_cafile_env, str(tmp_path / "missing"))
    monkeypatch.setattr(roots, "USUAL", (str(tmp_path / "none"),))
    assert roots.find_trusted_roots() == str(tmp_path / "none")
