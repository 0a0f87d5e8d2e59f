"""Rules that the code keeps as a whole, and that no other tool checks."""

import ast
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "crossgate"

TOOL_FOLDERS = re.compile(r"__pycache__|dist|\.(?!ci$).+")
"""Folders that tools write; of the hidden ones only that of CI is ours."""

MACHINE_PATH = re.compile(rb"(?<![\w.)}-])/(?:work|root|home/\w+|tmp/v)/")
REGISTRY_HOST = re.compile(rb"\b(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org)\b", re.IGNORECASE)

PRODUCT_NAME = re.compile(r"kgateway|higress|kong", re.IGNORECASE)
PRODUCT_FREE = ("browser", "diagnostics.py", "engine", "envoy", "fetch", "model", "serve", "source.py", "xds")


def files_under(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not TOOL_FOLDERS.fullmatch(name)]
        yield from (Path(parent, name) for name in files if name != ".git")  # a file in a linked work tree


def modules_under(path: Path) -> Iterator[Path]:
    return (file for file in [path, *files_under(path)] if file.suffix == ".py")


def lines_with(pattern: re.Pattern[bytes]) -> list[str]:
    return [
        f"{file.relative_to(ROOT)}:{number}"
        for file in files_under(ROOT)
        for number, line in enumerate(file.read_bytes().splitlines(), start=1)
        if pattern.search(line)
    ]


def normalise_layers(lines: list[str]) -> list[frozenset[str]]:
    """Read a list of layers, from top to bottom; the order of siblings says nothing."""
    return [frozenset(name.strip().removeprefix("crossgate.") for name in line.split("|")) for line in lines]


def layers_in_documentation() -> list[str]:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    block = re.search(r"^```layers\n(?P<lines>.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert block, "docs/architecture.md has no block ```layers"
    return block["lines"].splitlines()


def layers_in_contract() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}
    layers: list[str] = contracts["layers"]["layers"]
    return layers


@pytest.mark.parametrize("module", sorted(modules_under(PACKAGE)), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_every_module_says_what_it_is_for(module: Path) -> None:
    assert ast.get_docstring(ast.parse(module.read_bytes()))


def test_no_file_names_a_path_of_one_machine() -> None:
    assert lines_with(MACHINE_PATH) == []


def test_no_file_names_the_host_of_a_registry() -> None:
    assert lines_with(REGISTRY_HOST) == []


@pytest.mark.parametrize("folder", ["work", "root", "home/me"])
def test_the_path_of_a_machine_is_recognised(folder: str) -> None:
    assert MACHINE_PATH.search(f"see /{folder}/notes".encode())
    assert not MACHINE_PATH.search(f"https://a.test/{folder}/notes".encode())


@pytest.mark.parametrize("host", [("pypi", "org"), ("files", "pythonhosted", "org")], ids=".".join)
def test_the_host_of_a_registry_is_recognised(host: tuple[str, ...]) -> None:
    assert REGISTRY_HOST.search(f"https://{'.'.join(host)}/simple".encode())


def test_the_documented_layers_are_the_enforced_ones() -> None:
    assert normalise_layers(layers_in_documentation()) == normalise_layers(layers_in_contract())


@pytest.mark.parametrize("place", PRODUCT_FREE)
def test_outside_the_dialects_no_code_or_comment_names_a_gateway(place: str) -> None:
    modules = list(modules_under(PACKAGE / place))
    assert modules
    named = [
        f"{module.relative_to(ROOT)}:{number}: {line.strip()}"
        for module in modules
        for number, line in enumerate(module.read_text(encoding="utf-8").splitlines(), start=1)
        if PRODUCT_NAME.search(line)
    ]
    assert named == []


@pytest.mark.parametrize(
    "text", ["# as kgateway does", 'if name == "Kong":', "HIGRESS_HTTPS", "kong_route", "KongRoute"]
)
def test_the_name_of_a_gateway_is_recognised(text: str) -> None:
    assert PRODUCT_NAME.search(text)
