"""Who loses what, told in words, beside changes that take nothing away."""

import pytest

from crossgate.advice.losses import risks_of_losses
from crossgate.browser.planned import PlannedFetch
from crossgate.model.policy import Declared, Policy

ASKED = PlannedFetch(origin="https://app.test", url="http://api.test/")


def policy(*origins: str) -> Policy:
    return Policy(
        name="p",
        span=None,
        allow_origins=tuple(Declared(value=origin) for origin in origins),
        allow_methods=(Declared(value="PUT"),),
        allow_headers=(Declared(value="X-A"),),
    )


def told(kept: str, *origins: str) -> list[str]:
    return list(risks_of_losses(ASKED, [policy(*origins)], lambda _: True, lambda fetch: kept in fetch.origin))


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://b.test", "https://b.test"),
        ("https://B.test/", "https://b.test"),
        ("https://*.b.test", "https://x.b.test"),
        (r"^https://.*\.b\.test$", "https://x.b.test"),
    ],
)
def test_an_origin_that_is_lost_is_named(written: str, sent: str) -> None:
    assert told("crossgate", written) == [
        f"GET is no longer allowed for `{sent}`",
        f"PUT is no longer allowed for `{sent}`",
        f"GET with `X-A` is no longer allowed for `{sent}`",
        f"GET with credentials is no longer allowed for `{sent}`",
        f"PUT with credentials is no longer allowed for `{sent}`",
        f"GET with `X-A` and credentials is no longer allowed for `{sent}`",
    ]


def test_who_is_not_listed_is_told_of_as_others() -> None:
    assert told("b.test", "https://b.test") == ["other origins are no longer allowed: list those that are needed"]


def test_of_what_stays_nothing_is_told() -> None:
    assert told("", "https://b.test", "*") == []
