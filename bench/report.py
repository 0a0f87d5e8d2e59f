"""Figures as tables: one form for the terminal and for the page. Measures nothing."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from bench.results import AIM_ACTUAL, AIM_DECIDE, AIM_PREFLIGHT, AIM_START

Json = dict[str, Any]

_TRAFFIC: Final = (
    "policy",
    "request",
    "plain /s",
    "filter /s",
    "ours /s",
    "ours : plain",
    "ours : filter",
    "per core : plain",
    "per core : filter",
    "aim",
)


def tables(results: Json) -> str:
    """Return all tables, in Markdown."""
    parts = [
        "### Requests",
        table(_TRAFFIC, (_traffic_row(row) for row in results["traffic"])),
        "### What the parts cost",
        table(("gateway", "µs of the worker for an answer", "per core : plain"), map(_part, results["parts"])),
        "### `decide`",
        table(
            ("origins", "actual, granted", "actual, refused", "preflight, granted", "preflight, refused", "admit"),
            map(_decision, results["decide"]),
        ),
        f"Microseconds; the aim is {AIM_DECIDE:g} for a decision, whatever the number of origins.",
        "### Reading and compiling",
        table(
            ("routes", "read, s", "compile, s", "µs a route", "Envoy's JSON, MB"), map(_compiled, results["compile"])
        ),
        _exponents(results["exponents"]),
        "### Start",
        _start(results["start"]),
        *_failures(results["failures"]),
    ]
    return "\n\n".join(parts) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table whose columns line up."""
    lines = [list(heads), *(list(row) for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(heads))]
    made = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    made.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(made)


def _traffic_row(row: Json) -> list[str]:
    rates = [_count(row["rate"].get(name)) for name in ("plain", "filter", "ours")]
    ratios = [_ratio(row[of].get(name)) for of in ("rate_to", "cost_to") for name in ("plain", "filter")]
    wanted = f"≥ {row['aim']:g} of {row['base']}: {'met' if row['is_met'] else '**missed**'}"
    size = "" if row["size"] is None else f" {row['size']:,}"
    return [f"{row['group']}{size}", row["request"], *rates, *ratios, wanted]


def _part(row: Json) -> list[str]:
    return [row["name"], f"{row['cost']:.1f}", f"{row['cost_to']:.2f}"]


def _decision(row: Json) -> list[str]:
    names = ("actual, granted", "actual, refused", "preflight, granted", "preflight, refused", "admit")
    return [f"{row['origins']:,}", *(f"{row[name]:.1f}" for name in names)]


def _compiled(row: Json) -> list[str]:
    each = (row["read"] + row["compile"]) / row["routes"] * 1e6
    return [
        f"{row['routes']:,}",
        f"{row['read']:.2f}",
        f"{row['compile']:.2f}",
        f"{each:.0f}",
        f"{row['bytes'] / 1e6:.1f}",
    ]


def _exponents(found: Json) -> str:
    return f"Exponents (1 is linear): reading {found['read']:.2f}, compiling {found['compile']:.2f}."


def _start(found: Json) -> str:
    """Return what starts take; they can be measured alone, so that they have a date of their own."""
    heads = ("program", "ms of the processor", "times the interpreter", "aim")
    return (
        f"{table(heads, map(_started, found['rows']))}\n\n"
        f"Measured on {found['on']}, with Python {found['python']}, at a load average of {found['load']}; "
        f"the aim is at most {AIM_START:g} times the interpreter."
    )


def _started(row: Json) -> list[str]:
    aim = "met" if row["ratio"] <= AIM_START else "**missed**"
    return [
        f"`{row['name']}`",
        f"{row['milliseconds']:.0f}",
        f"{row['ratio']:.1f}",
        aim if row["name"].startswith("crossgate") else "",
    ]


def _failures(found: Sequence[str]) -> list[str]:
    return ["### What could not be loaded", "\n".join(f"- {line}" for line in found)] if found else []


def verdict(results: Json) -> str:
    """Return one line: how many of the aims are met."""
    rows = results["traffic"]
    met = sum(row["is_met"] for row in rows)
    return (
        f"{met} of {len(rows)} rows meet their aim (actual requests: {AIM_ACTUAL:g} of plain Envoy; "
        f"preflights: {AIM_PREFLIGHT:g} of Envoy's filter; by answers a second of the worker's processor time)."
    )


def _count(number: int | None) -> str:
    return "-" if number is None else f"{number:,}"


def _ratio(number: float | None) -> str:
    return "-" if number is None else f"{number:.2f}"
