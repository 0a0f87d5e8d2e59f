"""Where browsers differ, as data: the standard, and what Chromium, Firefox and Safari make of it.

Their names are in the help of commands: profiles are named tuples, which help can have without `msgspec`.
"""

import re
from math import inf
from typing import Final, NamedTuple

_INTEGER: Final = re.compile(r"([+-]?)0*([0-9]+)")
DEFAULT_AGE: Final = 5.0
"""Seconds for which a preflight's answer that says nothing of its age is remembered."""


class Profile(NamedTuple):
    """How one browser plays the CORS protocol.

    `measured` is the version of the real one that it was held against; where there is none, it is from documents alone.
    `longest_age` is the most seconds for which it remembers a preflight's answer, whatever the answer says;
    `negative_age` and `unreadable_age` are what it takes an age for that is negative, or no number; one of 0 is not
    remembered. `reads_plus`: a number may have a `+` before it. One beyond `largest_number` is none.
    `star_is_authorization`: `*` in `Access-Control-Allow-Headers` stands for `Authorization` too.
    `remembers_answers`: it keeps the last answer of a URL and checks it as if it were new, where the standard keeps
    names one by one, and a `*` among them stands for anything even with credentials.
    `shares_credentialed`: what was heard with credentials spares fetches without them the question.
    Of one that keeps names: `star_is_remembered` where a `*` counts, and `never_asked` are the methods that it does not
    look for.
    `forgets_always`: whatever fails of another origin makes it forget, and not only what needed a preflight.
    `asks_as_planned`: redirects do not change what its preflights say. They come from the page's origin, although the
    request is said to come from `null`, and to that origin itself need not grant it; a fetch that asked once asks after
    every redirect, and for all the names that the page has set but those that this redirect strips.
    `follows_credentials`: a redirect may lead to a URL with a user name or a password where CORS does not forbid it.
    `open_ports`: the bad ports to which it sends requests all the same.
    `supplies_method`: where it asks only because somebody listens, an answer that says nothing of methods allows that
    of the fetch.
    `needs_location`: to a fetch that takes a redirect for an error, an answer without a `Location` is none.
    """

    name: str
    title: str
    measured: str | None = None
    shares_credentialed: bool = True
    forgets_always: bool = False
    asks_as_planned: bool = False
    follows_credentials: bool = True
    needs_location: bool = False
    supplies_method: bool = True
    longest_age: float = inf
    negative_age: float = DEFAULT_AGE
    unreadable_age: float = DEFAULT_AGE
    reads_plus: bool = False
    largest_number: float = inf
    star_is_authorization: bool = False
    remembers_answers: bool = False
    star_is_remembered: bool = True
    never_asked: frozenset[str] = frozenset({"GET", "HEAD", "POST"})
    open_ports: frozenset[int] = frozenset()

    def age_of(self, value: str | None) -> float:
        """Return for how many seconds an answer with this `Access-Control-Max-Age` is remembered."""
        if not value:
            return min(DEFAULT_AGE, self.longest_age)
        return min(self._number_of(value), self.longest_age)

    def _number_of(self, value: str) -> float:
        found = _INTEGER.fullmatch(value)
        if found is None or (found[1] == "+" and not self.reads_plus):
            return self.unreadable_age
        number = int(found[2][:20])  # of more digits, these are beyond any limit already
        if number > self.largest_number:
            return self.unreadable_age
        return self.negative_age if found[1] == "-" else number


STANDARD: Final = Profile(name="standard", title="the Fetch Standard")
CHROMIUM: Final = Profile(
    name="chromium",
    title="Chromium",
    measured="156",
    follows_credentials=False,
    needs_location=True,
    supplies_method=False,
    longest_age=7200,
    negative_age=0,
    reads_plus=True,
    largest_number=2**63 - 1,
    star_is_authorization=True,
    remembers_answers=True,
    open_ports=frozenset({4190, 6679}),
)
FIREFOX: Final = Profile(
    name="firefox",
    title="Firefox",
    measured="153",
    longest_age=86400,
    negative_age=0,
    unreadable_age=0,
    star_is_authorization=True,
    star_is_remembered=False,
    shares_credentialed=False,
    forgets_always=True,
    supplies_method=False,
    asks_as_planned=True,
    never_asked=frozenset({"GET", "POST"}),
)
SAFARI: Final = Profile(
    name="safari",
    title="Safari",
    longest_age=600,
    negative_age=0,
    star_is_authorization=True,
    remembers_answers=True,
)

PROFILES: Final = (STANDARD, CHROMIUM, FIREFOX, SAFARI)
"""Every profile, the standard first."""
BY_NAME: Final = {profile.name: profile for profile in PROFILES}

BROWSERS: Final = PROFILES[1:]
"""Those that people use."""
