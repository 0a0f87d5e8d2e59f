"""One planned fetch, checked: what every browser makes of it, and whatever else the user asked to know."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from crossgate.browser.exchanges import ACTUAL, PREFLIGHT, Verdict
from crossgate.browser.gateway import Answered, answering
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import play
from crossgate.browser.profiles import BROWSERS, PROFILES, STANDARD, Profile
from crossgate.engine.decide import Engine
from crossgate.records import replace

if TYPE_CHECKING:
    from crossgate.advice.search import Advice
    from crossgate.cli.har import Recorded
    from crossgate.cli.live import Live
    from crossgate.cli.served import Deviation


class Checked(Struct, frozen=True, kw_only=True):
    """A fetch with its verdict in the chosen browser, and in each of the others.

    `advice` None: none was looked for, as the fetch is allowed. `recorded`: what came of it when it was recorded, and
    in what that is not as the files say.
    """

    fetch: PlannedFetch
    engine: Engine
    profile: Profile
    verdict: Verdict[Answered]
    browsers: tuple[tuple[Profile, Verdict[Answered]], ...]
    advice: "tuple[Advice, ...] | None" = None
    curl: tuple[str, ...] | None = None
    live: "Live | None" = None
    recorded: "Recorded | None" = None
    recorded_differences: "tuple[Deviation, ...]" = ()

    @property
    def is_fine(self) -> bool:
        """Whether the browser allows the fetch, and what is live or was recorded is as the files say."""
        is_as_live = self.live is None or (self.live.verdict.is_allowed and not self.live.differences)
        return self.verdict.is_allowed and is_as_live and self.is_as_recorded

    @property
    def is_as_recorded(self) -> bool:
        """Whether nothing that was recorded of the fetch is otherwise than the files say."""
        return self.recorded is None or (self.recorded.failed is None and not self.recorded_differences)

    @property
    def differing(self) -> tuple[Profile, ...]:
        """The browsers whose verdict is another than the chosen one's."""
        return tuple(profile for profile, verdict in self.browsers if verdict.is_allowed is not self.verdict.is_allowed)


def check_fetch(
    fetch: PlannedFetch,
    engine: Engine,
    listener: str | None,
    profile: Profile,
    advise: "Callable[[PlannedFetch], tuple[Advice, ...]]",
) -> Checked:
    """Check a fetch; raises `ListenerUnknown` where the configuration has no listener for its URL."""
    verdicts = {item.name: play(fetch, answering(engine, listener), item) for item in PROFILES}
    checked = Checked(
        fetch=fetch,
        engine=engine,
        profile=profile,
        verdict=verdicts[profile.name],
        browsers=tuple((item, verdicts[item.name]) for item in (STANDARD, *BROWSERS)),
    )
    return checked if checked.verdict.is_allowed else replace(checked, advice=advise(fetch))


def with_recorded(checked: Checked, recorded: "Recorded") -> Checked:
    """Return a check beside what was recorded of the same fetch."""
    from crossgate.cli.served import deviations

    served = {PREFLIGHT: recorded.preflight, ACTUAL: recorded.actual}
    found = [
        deviation
        for exchange in checked.verdict.exchanges
        if exchange.url == checked.fetch.url and (answer := served[exchange.kind]) is not None
        for deviation in deviations(exchange, answer)
    ]
    return replace(checked, recorded=recorded, recorded_differences=tuple(found))
