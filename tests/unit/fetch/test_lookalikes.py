"""What looks like an origin is none, and browsers can send most of it."""

import pytest

from crossgate.fetch.lookalikes import lookalikes
from crossgate.fetch.origin import is_sent_by_browsers


@pytest.mark.parametrize("origin", ["https://a.test", "http://a.b.test:8080", "https://localhost"])
def test_a_lookalike_is_another_origin(origin: str) -> None:
    found = {text for text in lookalikes(origin) if text != origin}
    assert len(found) >= 5
    assert sum(is_sent_by_browsers(text) for text in found) >= 5


def test_what_careless_comparisons_admit() -> None:
    found = set(lookalikes("https://a.test"))
    assert {"https://a.test.stranger.example", "http://a.test", "https://strangera.test", "https://axtest"} <= found
