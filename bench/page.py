"""The page about performance: what stands between its marks is written from the figures, all else by people."""

import json
from pathlib import Path
from typing import Any, Final

from bench.plot import picture
from bench.report import tables, verdict
from bench.results import FILE

Json = dict[str, Any]

DOCS: Final = Path(__file__).parents[1] / "docs"
PAGE: Final = DOCS / "performance.md"
PICTURE: Final = DOCS / "performance.svg"

_BEGIN: Final = "<!-- from bench/results.json: begin -->\n"
_END: Final = "<!-- from bench/results.json: end -->"


def rendered(page: str, results: Json) -> str:
    """Return the page with the figures in it; `ValueError` where the marks are missing."""
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name} has no marks")
    return f"{before}{_BEGIN}\n{_described(results)}\n{verdict(results)}\n\n{tables(results)}\n{_END}{after}"


def _described(results: Json) -> str:
    machine, settings = results["machine"], results["settings"]
    return (
        f"Machine: {machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB; Python "
        f"{machine['python']}, Envoy {results['envoy']}; load average at the start {machine['load_at_start']}.\n"
        f"{settings['turns']} turns of {settings['seconds']} s for each gateway; "
        f"{settings['connections']} connections.\n"
    )


def write() -> None:
    """Write the page and the picture anew."""
    results = json.loads(FILE.read_text())
    PAGE.write_text(rendered(PAGE.read_text(), results))
    PICTURE.write_text(picture(results))


if __name__ == "__main__":
    write()
