"""A fetch as a user plans it with options: what no page could plan is bad usage."""

import re
from collections.abc import Iterable
from typing import Final

import click
from msgspec import Struct

from crossgate.browser.planned import Mode, PlannedFetch
from crossgate.cli.drafts import Draft
from crossgate.fetch.headers import is_value
from crossgate.fetch.methods import is_token, normalize_method
from crossgate.fetch.origin import OPAQUE, parse_origin
from crossgate.fetch.page import origin_of_page
from crossgate.fetch.url import parse_url

_ANY_PAGE: Final = parse_url("http://page.invalid/")
_HOST_FIRST: Final = re.compile(r"[\w-]+(?:\.[\w-]+)*(?::[0-9]+)?(?:/|$)")
"""A URL whose scheme was left out."""


class Options(Struct, frozen=True, kw_only=True):
    """What the options say of a fetch; None and nothing where they are silent."""

    url: str | None = None
    origin: str | None = None
    page: str | None = None
    method: str | None = None
    headers: tuple[str, ...] = ()
    credentials: bool = False
    mode: str | None = None

    @property
    def are_given(self) -> bool:
        """Whether any says something."""
        texts = (self.url, self.origin, self.page, self.method, self.mode)
        return self.credentials or bool(self.headers) or any(text is not None for text in texts)


def planned(options: Options, draft: Draft | None = None) -> PlannedFetch:
    """Return the planned fetch: what the options say, else what the draft says; raises `UsageError`."""
    url = options.url or (None if draft is None else draft.url)
    origin = _origin(options) or (None if draft is None else draft.origin)
    if url is None or origin is None:
        missing = "`--url`" if url is None else "`--origin` or `--page`"
        hint = "" if draft is None else " (there is no `Origin` and no `Referer` in it)"
        also = ", or `--requests` for a file of requests" if draft is None else ""
        raise click.UsageError(f"write {missing} for one fetch{hint}{also}")
    _check_url(url)
    _check_origin(origin)
    method = options.method or ("GET" if draft is None else draft.method)
    if not is_token(method):
        raise click.BadParameter(f"`{method}` is no method", param_hint="--method")
    headers = (*(() if draft is None else draft.headers), *(_header(text) for text in options.headers))
    _check_headers(headers)
    return PlannedFetch(
        origin=origin,
        url=url,
        method=normalize_method(method),
        headers=headers,
        credentials=options.credentials or (draft is not None and draft.credentials),
        mode=Mode(options.mode or Mode.CORS),
    )


def _origin(options: Options) -> str | None:
    if options.page is None:
        return options.origin
    if options.origin is not None:
        raise click.UsageError("`--page` and `--origin` say the same: leave one of them out")
    origin = origin_of_page(options.page)
    if origin is None:
        raise click.BadParameter(f"`{options.page}` is not a URL", param_hint="--page")
    return origin


def _check_url(url: str) -> None:
    """See to it that browsers would send requests to a URL."""
    if (found := parse_url(url)) is not None and found.is_http:
        return
    message = f"`{url}` is not an absolute http or https URL"
    if found is None and parse_url(url, _ANY_PAGE) is None:
        message = f"the URL `{url}` has no valid host and port"
    elif _HOST_FIRST.match(url):
        message += f", write `http://{url}`"
    raise click.BadParameter(message, param_hint="--url")


def _check_origin(origin: str) -> None:
    if origin != OPAQUE and parse_origin(origin) is None and parse_origin(origin.removesuffix("/")) is None:
        page = parse_url(origin)
        instead = "" if page is None or not page.is_http else ", or the page's URL as `--page`"
        raise click.BadParameter(f"`{origin}` is no origin, write SCHEME://HOST[:PORT]{instead}", param_hint="--origin")


def _check_headers(headers: Iterable[tuple[str, str | None]]) -> None:
    """See to it that pages could set all headers, wherever they are told."""
    for name, value in headers:
        if not is_token(name):
            raise click.BadParameter(f"`{name}` is no header name", param_hint="--request-header")
        if value is not None and not is_value(value):
            message = f"the value of `{name}` has a character that no header can have"
            raise click.BadParameter(message, param_hint="--request-header")


def _header(text: str) -> tuple[str, str | None]:
    name, colon, value = text.partition(":")
    return name.strip(), value.strip(" \t") if colon else None
