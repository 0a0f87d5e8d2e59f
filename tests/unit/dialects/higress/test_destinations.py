"""Every value of the gateway's own unit test for the annotation, and what its code makes of others."""

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Value
from crossgate.dialects.higress.destinations import Destination, read_destinations
from crossgate.source import Source, Span

SERVICE = "my-svc.DEFAULT-GROUP.xxxx.nacos"
COLONS = "providers:com.alibaba.nacos.example.dubbo.service.DemoService:1.0.0:.DEFAULT-GROUP.public.nacos"


def read(text: str, report: Diagnostics | None = None) -> tuple[Destination, ...]:
    source = Source(name="input.yaml", text=text or "-")
    span = Span(source=source, line=1, column=1, end_line=1, end_column=2)
    return read_destinations(Value(value=text, span=span), Diagnostics() if report is None else report)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        (f"100% {SERVICE}:8080 v1", (Destination(host=SERVICE, port=8080, subset="v1"),)),
        (
            f"50% {SERVICE}:8080 v1\n\n50% {SERVICE}:8080 v2",
            (
                Destination(host=SERVICE, port=8080, subset="v1", weight=50),
                Destination(host=SERVICE, port=8080, subset="v2", weight=50),
            ),
        ),
        (COLONS, (Destination(host=COLONS),)),
        (f"{COLONS}:8080", (Destination(host=COLONS, port=8080),)),
        (
            "50% http://plain.example.com:80\n50% https://secure.example.com:443",
            (
                Destination(host="plain.example.com", port=80, weight=50, is_secure=False),
                Destination(host="secure.example.com", port=443, weight=50, is_secure=True),
            ),
        ),
        ("httpbin.dns", (Destination(host="httpbin.dns"),)),
        ("a.dns:70000", (Destination(host="a.dns:70000"),)),
    ],
)
def test_lines(text: str, expected: tuple[Destination, ...]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("10% a.dns\n10% b.dns", [50, 50]),
        ("60% a.dns\n60% b.dns", [50, 50]),
        ("30% a.dns", [100]),
        ("1% a.dns\n1% b.dns\n1% c.dns", [34, 33, 33]),
        ("0% a.dns\n100% b.dns", [0, 100]),
        ("a.dns\nb.dns", [50, 50]),
    ],
)
def test_weights_are_percents_of_one_another(text: str, weights: list[int]) -> None:
    assert [destination.weight for destination in read(text)] == weights


@pytest.mark.parametrize("text", ["x% a.dns", "100%", "50% a.dns\n-1% b.dns"])
def test_one_bad_line_spoils_the_annotation(text: str) -> None:
    report = Diagnostics()

    assert read(text, report) == ()
    assert [found.id for found in report] == ["invalid-destination"]
