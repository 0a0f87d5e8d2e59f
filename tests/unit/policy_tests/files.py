"""Files of policy tests, and what comes of them."""

from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.engine.decide import Engine
from crossgate.policy_tests.cases import CaseFile
from crossgate.policy_tests.reading import read_cases
from crossgate.policy_tests.run import Run, run
from crossgate.source import Source
from tests.unit.cli.configurations import configuration

POLICY: Final = """\
_format_version: "3.0"
services:
  - name: s
    url: http://s.test:80
    routes: [{name: r, paths: [/r]}]
    plugins:
      - name: cors
        config:
          origins: ["https://a.test", "https://b.test"]
          methods: [GET, PUT]
          headers: [X-A]
          exposed_headers: [X-Total]
"""


def source(tests: str) -> Source:
    """Return a file with these tests."""
    return Source(name="shop.cors.yaml", text=f"tests:\n{tests}")


def cases(tests: str) -> CaseFile:
    """Read tests; what is not usable fails."""
    report = Diagnostics()
    found = read_cases(source(tests), report)
    assert found is not None, "\n".join(map(str, report))
    return found


def complaints(text: str) -> list[str]:
    """Return what is said of a file that is not usable."""
    report = Diagnostics()
    assert read_cases(Source(name="shop.cors.yaml", text=text), report) is None
    return [f"{found.span}: {found.message}" for found in report]


def played(tests: str, policy: str = POLICY) -> Run:
    """Play tests against a policy."""
    return run(cases(tests).cases, Engine(configuration(policy)))
