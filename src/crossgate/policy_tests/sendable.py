"""What no browser sends, found where it is written: a test of it would pass whatever the policies say.

Each check reports what is wrong and says whether nothing is. Source: https://fetch.spec.whatwg.org/#dom-request and
https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin.
"""

from crossgate.browser.request_headers import is_forbidden
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Text
from crossgate.fetch.headers import is_value
from crossgate.fetch.methods import FORBIDDEN, is_token, normalize_method
from crossgate.fetch.origin import as_browsers_send, is_sent_by_browsers
from crossgate.fetch.url import Url, parse_url
from crossgate.records import replace


def check_origin(text: Text, report: Diagnostics, witness: str | None = None) -> bool:
    """Check that a browser can send an origin, or the one that it means where it is a pattern."""
    if is_sent_by_browsers(text.value if witness is None else witness):
        return True
    report.error("origin-never-sent", f"no browser ever sends the origin `{text.value}`", text.span, _hint(text.value))
    return False


def _hint(origin: str) -> str:
    sent = as_browsers_send(origin)
    if sent is None and (url := parse_url(origin)) is not None and url.is_http:
        sent = url.origin
    return "an origin is SCHEME://HOST[:PORT], or `null`" if sent is None else f"browsers send `{sent}`"


def check_method(text: Text, report: Diagnostics) -> bool:
    """Check that a page can use a method, and that servers understand its letter case."""
    method = normalize_method(text.value)
    if method.upper() in FORBIDDEN:
        report.error("method-never-sent", f"no page can use the method `{text.value}`", text.span)
    elif not is_token(method) or method == "*":
        hint = "list the methods" if method == "*" else None
        report.error("invalid-value", f"`{text.value}` is no method", text.span, hint)
    elif method != method.upper():
        message = f"browsers send the method `{text.value}` as it is written, and letter case counts"
        report.error("method-case", message, text.span, f"write `{method.upper()}`, and so in the page")
    else:
        return True
    return False


def check_header(name: Text, value: Text | None, report: Diagnostics) -> bool:
    """Check that a page can set a request header."""
    if not is_token(name.value):
        report.error("invalid-value", f"`{name.value}` is no header name", name.span)
    elif value is not None and not is_value(value.value):
        message = f"the value of `{name.value}` has a character that no header can have"
        report.error("invalid-value", message, value.span)
    elif is_forbidden(name.value, None if value is None else value.value):
        hint = "leave it out; `credentials` says whether cookies go with a fetch"
        report.error("header-never-sent", f"pages cannot set `{name.value}`: browsers leave it out", name.span, hint)
    else:
        return True
    return False


def check_url(text: Text, report: Diagnostics) -> Url | None:
    """Return the URL that a page can fetch with CORS; None where it cannot, which is reported."""
    url = parse_url(text.value)
    if url is None or not url.is_http:
        report.error("invalid-value", f"`{text.value}` is not an http or https URL", text.span)
        return None
    if url.has_credentials:
        bare = replace(url, username="", password="")
        message = f"no page can fetch `{bare}` as it is written: it has a user name or a password"
        report.error("url-never-fetched", message, text.span)
        return None
    return url
