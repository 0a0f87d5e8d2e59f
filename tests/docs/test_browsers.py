"""The table of browsers says what their profiles say."""

from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import Final

import pytest

from crossgate.browser.profiles import PROFILES, STANDARD, Profile
from tests.browser.comparison import EACH, SEQUENCES
from tests.browser.policies import HOSTS
from tests.browser.site import FRAMES
from tests.browser.stage import LISTENERS, POLICIES

PAGE: Final = Path(__file__).parents[2] / "docs" / "browsers.md"


def age(seconds: float) -> str:
    return "not" if seconds == 0 else f"{seconds:,.0f} s"


def measured(profile: Profile) -> str:
    return "" if profile is STANDARD else profile.measured or "not"


def star(profile: Profile) -> str:
    if profile.remembers_answers:
        return "without credentials"
    return "always" if profile.star_is_remembered else "no"


def yes(is_so: bool) -> str:  # noqa: FBT001 - there is nothing else to say
    return "yes" if is_so else "no"


ROWS: Final[dict[str, Callable[[Profile], str]]] = {
    "": lambda profile: profile.title,
    "held against the real one": measured,
    "a preflight's answer is remembered at most": lambda profile: (
        "as long as it says" if profile.longest_age == inf else age(profile.longest_age)
    ),
    "one that does not say for how long": lambda profile: age(profile.age_of(None)),
    "one whose age is negative": lambda profile: age(profile.age_of("-1")),
    "one whose age is no number": lambda profile: age(profile.age_of("x")),
    "one whose age is `+60`": lambda profile: age(profile.age_of("+60")),
    "one whose age is 2⁶³ or more": lambda profile: (
        "as long as it says" if profile.age_of(str(2**63)) == 2**63 else age(profile.age_of(str(2**63)))
    ),
    "`*` in `Access-Control-Allow-Headers` stands for `Authorization`": lambda profile: yes(
        profile.star_is_authorization
    ),
    "what is remembered": lambda profile: "the last answer" if profile.remembers_answers else "names, one by one",
    "a remembered `*` counts": star,
    "what was heard with credentials serves fetches without": lambda profile: yes(profile.shares_credentialed),
    "what fails without a preflight makes it forget": lambda profile: yes(profile.forgets_always),
    "a redirect to a URL with a password, where CORS does not forbid it": lambda profile: (
        "is followed" if profile.follows_credentials else "fails"
    ),
    "3xx without `Location`, to a fetch that wants no redirects": lambda profile: (
        "is an answer" if profile.needs_location else "is an error"
    ),
    "requests to the ports 4190 and 6679": lambda profile: "are sent" if {4190, 6679} <= profile.open_ports else "fail",
    "an upload that is listened to is asked for, and the answer says nothing of methods": lambda profile: (
        "it may" if profile.supplies_method else "it may not"
    ),
    "preflights after a redirect": lambda profile: (
        "are the page's" if profile.asks_as_planned else "are the redirected request's"
    ),
}


def test_the_table() -> None:
    lines = [line.strip("|") for line in PAGE.read_text().splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if set(line) != {"-", "|"}]
    assert rows == [[label, *map(say, PROFILES)] for label, say in ROWS.items()]


@pytest.mark.parametrize(
    "figure",
    [
        f"{POLICIES * len(LISTENERS)} policies, {POLICIES} for each gateway",
        f"{EACH * (2 * (len(HOSTS) + len(FRAMES) + 1) + 3 * len(LISTENERS) + 1) + SEQUENCES * 5:,} fetches",
    ],
)
def test_the_figures(figure: str) -> None:
    assert figure in " ".join(PAGE.read_text().split())
