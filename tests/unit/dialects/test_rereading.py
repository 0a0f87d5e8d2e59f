import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.nodes import to_python
from crossgate.dialects.rereading import Rereader
from crossgate.dialects.yaml import read_documents
from crossgate.source import Source

FILE = "a: 1\n---\nb: [2, 3]\n---\nc: {d: e}\n"


def source(text: str) -> Source:
    return Source(name="f.yaml", text=text)


def test_documents_that_did_not_change_are_the_same_values() -> None:
    rereader = Rereader()
    first = rereader.read(source(FILE), Diagnostics())
    rereader.begin()
    second = rereader.read(source(FILE.replace("e}", "f}")), Diagnostics())
    assert second[0] is first[0]
    assert second[1] is first[1]
    assert to_python(second[2]) == {"c": {"d": "f"}}


def test_a_document_that_moved_is_read_anew_with_its_new_place() -> None:
    rereader = Rereader()
    rereader.read(source(FILE), Diagnostics())
    rereader.begin()
    moved = rereader.read(source("# new\n" + FILE), Diagnostics())
    assert [node.span.line for node in moved] == [2, 4, 6]


@pytest.mark.parametrize(
    "text",
    [
        FILE,
        "",
        "---\n---\n",
        "a: &x 1\n---\nb: *x\n",
        "%YAML 1.2\n---\na: 1\n...\n---\nb: 2\n",
        "a: 1\n---\na: 1\na: 2\n",
        "a: [\n---\nb: 1\n",
        '{"a": 1}',
        "a: |\n  text\n  --- not a divider\n---\nb: 1\n",
    ],
)
def test_it_reads_as_a_whole_file_is_read(text: str) -> None:
    apart, whole = Diagnostics(), Diagnostics()
    rereader, file = Rereader(), source(text)
    for _ in range(2):
        rereader.begin()
        nodes = rereader.read(file, apart)
    expected = read_documents(file, whole)
    assert [to_python(node) for node in nodes] == [to_python(node) for node in expected]
    assert [node.span.line for node in nodes] == [node.span.line for node in expected]
    assert [str(found) for found in apart] == [str(found) for found in whole]
