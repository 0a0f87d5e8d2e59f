"""The cases: what each file of `cases/` holds, read into values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from crossgate.engine.respond import Response
from crossgate.fetch.headers import ALLOW_ORIGIN
from tests.conformance.rewrites import rewriting_cases

CASES: Final = Path(__file__).with_name("cases")
EMULATE: Final = "emulate "
"""Begins the version of a case that is run with a release emulated."""

EACH: Final = "each"
"""Stands in place of a version for all that a suite runs with."""

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is to come back. Of `headers` a value is the lines to be there, one of several texts, or None for absent."""

    by: str | None = None
    outcome: str | None = None
    statuses: tuple[int, ...] = ()
    headers: Mapping[str, Any] = field(default_factory=dict)
    body: str | None = None
    backend: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A file of cases, and what all of them share.

    `complete` are response headers that may be there only where a case names them; `ignores_blanks` says that blanks in
    values do not count. `releases` are the releases whose code gave the answers for a version of the documents: each
    case is run with that release emulated too, and differs in nothing then.
    """

    name: str
    dialect: str
    documents: tuple[str, ...]
    releases: Mapping[str, str]
    complete: frozenset[str]
    ignores_blanks: bool
    configurations: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request under one version of a gateway's documents, and the answer that the case's source gives it.

    `ours` is what Crossgate answers where it differs, which `docs/differences.yaml` has to account for. `unenforced` is
    the name of what only the engine has of a release; Envoy is not asked then.
    """

    suite: Suite
    name: str
    version: str
    configuration: Any
    place: Mapping[str, Any]
    method: str
    url: str
    headers: Headers
    upstream: Response
    expected: Expected
    ours: Expected | None
    is_live: bool
    unenforced: str | None = None

    @property
    def id(self) -> str:
        """The case as `docs/differences.yaml` calls it: `SUITE/CASE@VERSION`."""
        return f"{self.suite.name}/{self.name}@{self.version}"


@cache
def decisions() -> tuple[Case, ...]:
    """Return every case of a request, once for each version of the documents that it speaks of."""
    found = [case for path in sorted(CASES.rglob("*.yaml")) for case in _decisions(_read(path))]
    assert len({case.id for case in found}) == len(found), "a case's id stands twice"
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """A configuration, and whether the gateway takes it.

    `is_accepted_by_us` is whether Crossgate does where it differs, which `docs/differences.yaml` has to account for;
    `errors` are the ids of the errors that Crossgate then reports, in the order of the file; `says` are the gateway's
    own words, where the suite holds Crossgate to them.
    """

    suite: Suite
    name: str
    version: str | None
    configuration: Any
    is_accepted: bool
    is_accepted_by_us: bool | None
    errors: tuple[str, ...]
    says: tuple[str, ...]

    @property
    def id(self) -> str:
        """The case as `docs/differences.yaml` calls it: `SUITE/CASE`, and `@VERSION` of the API where it has one."""
        return f"{self.suite.name}/{self.name}" + (f"@{self.version}" if self.version else "")


@cache
def validations() -> tuple[Validation, ...]:
    """Return every case of a configuration that is taken or refused."""
    found = [case for path in sorted(CASES.rglob("*.yaml")) for case in _validations(_read(path))]
    assert len({case.id for case in found}) == len(found), "a case's id stands twice"
    return tuple(found)


def _read(path: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read = yaml.load(path.read_text(encoding="utf-8"), loader)  # noqa: S506 - one of the safe loaders
    return {"name": f"{path.parent.name}/{path.stem}", "dialect": path.parent.name, **read}


def _suite(read: Mapping[str, Any]) -> Suite:
    return Suite(
        name=read["name"],
        dialect=read["dialect"],
        documents=tuple(read.get("documents", ())),
        releases=read.get("releases", {}),
        complete=frozenset(read.get("complete", ())),
        ignores_blanks=read.get("ignores_blanks", False),
        configurations=read.get("configurations", {}),
    )


def _decisions(read: Mapping[str, Any]) -> list[Case]:
    suite = _suite(read)
    return [
        _case(suite, cell, version)
        for item in (*read.get("cases", ()), *rewriting_cases(read.get("rewrites", ())))
        if "request" in item
        for cell in _cells(item)
        for version in (*suite.documents, *(f"{EMULATE}{release}" for release in suite.releases.values()))
        if _expectation(suite, cell, version) is not None
    ]


def _expectation(suite: Suite, item: Mapping[str, Any], version: str) -> Mapping[str, Any] | None:
    """Return what is expected under a version; under a release, what the documents' column says of its code."""
    expected = _for_version(item["expect"], version)
    if expected is not None or not version.startswith(EMULATE):
        return expected
    documents = {f"{EMULATE}{release}": name for name, release in suite.releases.items()}
    return _for_version(item["expect"], documents[version]) if version in documents else None


def _cells(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return a case for each cell of its grid, which gives the `Access-Control-Allow-Origin` for each `Origin`."""
    if "grid" not in item:
        return [item]
    ours = item.get("ours", {})
    return [
        {
            **item,
            "id": f"{item['id']}/{origin}",
            "request": {**item["request"], "headers": [["Origin", origin], *item["request"].get("headers", [])]},
            "expect": {version: _granting(one, granted) for version, one in item["expect"].items()},
            "ours": {EACH: _granting({}, ours[origin])} if origin in ours else {},
        }
        for origin, granted in item["grid"].items()
    ]


def _granting(expected: Mapping[str, Any], origin: str | None) -> dict[str, Any]:
    return {**expected, "headers": {**expected.get("headers", {}), ALLOW_ORIGIN: origin}}


def _case(suite: Suite, item: Mapping[str, Any], version: str) -> Case:
    request, upstream = item["request"], item.get("upstream", {})
    expected = _expectation(suite, item, version) or {}
    ours = (
        item.get("ours", {}).get(version)
        if version.startswith(EMULATE)
        else _for_version(item.get("ours", {}), version)
    )
    return Case(
        suite=suite,
        name=item["id"],
        version=version,
        configuration=_configuration(suite, item),
        place=item.get("place", {}),
        method=request.get("method", "GET"),
        url=request["url"],
        headers=tuple((name, value) for name, value in request.get("headers", ())),
        upstream=Response(
            status=upstream.get("status", 200),
            headers=tuple((name, value) for name, value in upstream.get("headers", ())),
            body=upstream.get("body", ""),
        ),
        expected=_expected(expected),
        ours=None if ours is None else _expected(_overlaid(expected, ours)),
        is_live=item.get("live", True) and version not in item.get("unenforced", {}),
        unenforced=item.get("unenforced", {}).get(version),
    )


def _configuration(suite: Suite, item: Mapping[str, Any]) -> Any:
    written = item["configuration"]
    return suite.configurations[written] if isinstance(written, str) else written


def _for_version(found: Mapping[str, Any], version: str) -> Mapping[str, Any] | None:
    named: Mapping[str, Any] | None = found.get(version, found.get(EACH))
    return named


def _overlaid(expected: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
    """Put what differs over what was expected."""
    return {**expected, **ours, "headers": {**expected.get("headers", {}), **ours.get("headers", {})}}


def _expected(read: Mapping[str, Any]) -> Expected:
    status = read.get("status", ())
    return Expected(
        by=read.get("by"),
        outcome=read.get("outcome"),
        statuses=tuple(status) if isinstance(status, list) else (status,) if status else (),
        headers=read.get("headers", {}),
        body=read.get("body"),
        backend=read.get("backend"),
        target=read.get("target"),
    )


def _validations(read: Mapping[str, Any]) -> list[Validation]:
    suite = _suite(read)
    return [
        Validation(
            suite=suite,
            name=item["id"],
            version=version,
            configuration=_configuration(suite, item),
            is_accepted=accepted,
            is_accepted_by_us=item.get("ours"),
            errors=tuple(item.get("errors", ())),
            says=tuple(item.get("gateway_says", ())) if read.get("says_it_in_the_gateways_words") else (),
        )
        for item in read.get("cases", ())
        if "accepted" in item
        for version, accepted in _verdicts(item["accepted"])
    ]


def _verdicts(accepted: bool | Mapping[str, bool]) -> list[tuple[str | None, bool]]:  # noqa: FBT001 - as it is written
    return [(None, accepted)] if isinstance(accepted, bool) else list(accepted.items())
