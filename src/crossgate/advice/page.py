"""What the page can do otherwise, where no change of the files would let its fetch through."""

from collections.abc import Iterator

from crossgate.browser.planned import PlannedFetch
from crossgate.fetch.origin import as_browsers_send, is_sent_by_browsers
from crossgate.fetch.url import parse_url
from crossgate.records import replace


def page_changes(fetch: PlannedFetch) -> Iterator[tuple[str, PlannedFetch]]:
    """Yield changes in words, each with the fetch that the page makes then."""
    if not is_sent_by_browsers(fetch.origin):
        sent = as_browsers_send(fetch.origin)
        if sent is not None:
            text = f"ask for the origin `{sent}`: no browser sends `{fetch.origin}`"
            yield text, replace(fetch, origin=sent)
        return
    upper = fetch.method.upper()
    if upper != fetch.method:
        text = f"write the method as `{upper}` in the page: browsers send `{fetch.method}` as it is"
        yield text, replace(fetch, method=upper)
    url = parse_url(fetch.url)
    if url is not None and url.has_credentials:
        bare = str(replace(url, username="", password=""))
        yield f"fetch `{bare}` in the page, without a user name and a password", replace(fetch, url=bare)
