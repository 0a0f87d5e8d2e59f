"""Results of tests in the XML that CI systems read, as JUnit wrote it first. It must not know what a policy is."""

import re
from typing import Final
from xml.etree import ElementTree as ET

from crossgate.policy_tests.report import sentence, title
from crossgate.policy_tests.run import Run
from crossgate.source import escape

_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document holds, not even as a reference (https://www.w3.org/TR/xml/#charsets)."""


def to_junit(found: Run, name: str) -> str:
    """Return the results in the XML that CI systems read; `name` is the suite's."""
    counts = {"tests": str(len(found.results)), "failures": str(len(found.failed)), "errors": "0", "skipped": "0"}
    suite = ET.Element("testsuite", {"name": _in_xml(name), **counts})
    for result in found.results:
        at = result.case.expected.at
        file = _in_xml(at.source.name)
        place = {"classname": file, "file": file, "line": str(at.line)}
        case = ET.SubElement(suite, "testcase", {"name": _in_xml(title(result.case)), **place})
        if result.mismatches:
            lines = [f"{item.at}: {sentence(item)}" for item in result.mismatches]
            failure = ET.SubElement(case, "failure", message=_in_xml(sentence(result.mismatches[0])))
            failure.text = "\n".join(map(_in_xml, lines))
    root = ET.Element("testsuites", counts)
    root.append(suite)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text.decode() + "\n"


def _in_xml(text: str) -> str:
    r"""Return text that every XML parser takes: what XML forbids is written as an escape such as `\ufffe`."""
    return _NOT_IN_XML.sub(lambda found: found[0].encode("ascii", "backslashreplace").decode(), escape(text))
