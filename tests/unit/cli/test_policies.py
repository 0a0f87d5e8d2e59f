"""The list of policies, for people and for programs."""

from crossgate.cli.policies import on_listener, to_json, to_text
from crossgate.model.attachments import Attachment, Attachments, RouteAttachments, Standing, Unattached
from crossgate.source import Source, Span

SPAN = Span(source=Source(name="a\x1b.yaml", text="x: y\n"), line=1, column=4, end_line=1, end_column=5)


def attachment(policy: str, standing: Standing, reason: str | None = None) -> Attachment:
    return Attachment(policy=policy, level="rule", standing=standing, reason=reason, span=SPAN, by=SPAN)


ACCOUNT = Attachments(
    routes=(
        RouteAttachments(
            listener="one",
            routes=("r/1", "r/2"),
            policies=(attachment("p\x07", Standing.WON), attachment("q", Standing.OVERRIDDEN, "`p` is older")),
            span=SPAN,
        ),
        RouteAttachments(listener="two", routes=("r/3",)),
    ),
    unattached=(Unattached(policy="z", reason="nothing is called so"),),
)


def test_people_read_the_routes_of_a_rule_together() -> None:
    assert to_text(ACCOUNT, colour=False).splitlines() == [
        "r/1",
        "r/2  on one  a\\x1b.yaml:1:4",
        "  won         rule  p\\x07  a\\x1b.yaml:1:4",
        "  overridden  rule  q  a\\x1b.yaml:1:4",
        "              `p` is older",
        "",
        "r/3  on two",
        "  no policy",
        "",
        "attached to nothing",
        "  z",
        "    nothing is called so",
    ]
    assert to_text(Attachments(), colour=False) == "no routes"


def test_colours_are_around_words_and_nothing_else() -> None:
    coloured = to_text(ACCOUNT, colour=True)
    for code in ("0", "32", "33"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == to_text(ACCOUNT, colour=False)


def test_programs_read_one_object_a_route() -> None:
    read = to_json(ACCOUNT)
    assert read["schema"] == "crossgate.policies/1"
    assert [(found["route"], found["listener"], len(found["policies"])) for found in read["routes"]] == [
        ("r/1", "one", 2),
        ("r/2", "one", 2),
        ("r/3", "two", 0),
    ]
    place = {"file": "a\x1b.yaml", "line": 1, "column": 4}
    assert read["routes"][0]["policies"][1] == {
        "policy": "q",
        "level": "rule",
        "standing": "overridden",
        "reason": "`p` is older",
        **place,
        "by": place,
    }
    nowhere = {"file": None, "line": None, "column": None}
    assert read["unattached"] == [{"policy": "z", "reason": "nothing is called so", **nowhere}]


def test_one_listener_can_be_asked_for() -> None:
    assert [found.routes for found in on_listener(ACCOUNT, "two").routes] == [("r/3",)]
    assert on_listener(ACCOUNT, None) is ACCOUNT
