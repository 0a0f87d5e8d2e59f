"""Whether pages are let into a private network: the preflight that asks for it, and what grants it.

Source: https://wicg.github.io/private-network-access/#cors-preflight. Browsers that ask so do it for a page of a more
public network, on top of all that CORS wants; the fetches of `play` are of pages that are as private as the URL.
"""

from crossgate.browser.answers import Answer, reader_of
from crossgate.browser.checks import preflight_check
from crossgate.browser.exchanges import PREFLIGHT, Sent
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import preflight_headers
from crossgate.fetch import headers as names


def private_preflight(fetch: PlannedFetch) -> Sent:
    """Return the preflight of a page of a more public network; it is sent even where CORS wants none."""
    headers = (*preflight_headers(fetch), (names.REQUEST_PRIVATE_NETWORK, "true"))
    return Sent(kind=PREFLIGHT, method="OPTIONS", url=fetch.url, headers=headers, credentials=False)


def is_let_in(fetch: PlannedFetch, answer: Answer) -> bool:
    """Say whether the answer to such a preflight lets the page in."""
    header = reader_of(answer.headers)
    return preflight_check(fetch, answer.status, header) is None and header(names.ALLOW_PRIVATE_NETWORK) == "true"
