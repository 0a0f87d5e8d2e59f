"""Values of `Origin` that a policy means, and those that merely resemble them: what an attacker would try."""

from collections.abc import Iterator
from typing import Final

from crossgate.model.origins import ExactOrigin, OriginEntry, OriginSet, RegexOrigin, WildcardOrigin

EIGHT_KIB: Final = 8192

ODDITIES: Final = (
    *("", "null", "NULL", "null/", "*", "/", "//", "http:", "http://", "http:///", "http://:80", "https://:443"),
    *("http://.", "http://*.a.test", "http://[::1]", "http://[::1]:80", "http://[::1", "http://::1", "http://[v1.a]"),
    *("file://", "about:blank", "data:,a.test", "http:\\\\a.test", "http:a.test", "a.test", "//a.test"),
    *("http://xn--bcher-kva.test", "http://b\xc3\xbccher.test", "http://b\xfccher.test", "http://\xe5.a.test"),
    *("http://a.test:80:80", "http://a.test:080", "http://a.test:65536", "http://a.test:123456", "http://a.test:8O"),
    *(
        "http://\xa0.a.test",
        "http://\x85a.test",
        "http://\xdf.test",
        "1http://a.test",
        "http+x://a.test",
        "h\xe9://a.test",
    ),
)
"""Values that resemble no policy in particular. Text is bytes as characters, as on the wire."""


def near_misses(text: str) -> Iterator[str]:
    """Yield an origin and what can be made of it that looks like it; some of it is allowed, some must never be."""
    scheme, _, rest = text.partition("://")
    host, _, port = rest.partition(":")
    yield from (text, text.upper(), text.title(), f"{scheme.upper()}://{rest}", f"{scheme}://{rest.upper()}")
    yield from (text + end for end in ("/", "//", "/a", "?a", "#a", ".", "..", ":", ":0", ":80", ":443", ":8080"))
    yield from (
        text + end for end in (":80/", ":443/", ":443//", ":99999", ":80:80", ".evil.test", "evil", "@evil.test")
    )
    yield from (text + end for end in (":80@evil.test", "/@evil.test", "%2eevil.test", "\\.evil.test", "%00.evil.test"))
    yield from (
        text + end for end in (f",{text}", f", {text}", ",", " ", ",http://evil.test", f" {text}", "\xa0", "\xe9")
    )
    yield from (
        f"{scheme}://{start}{rest}" for start in ("evil", "evil.", "evil-", ".", "..", "u@", "u:p@", "a.b.", "A.B.")
    )
    yield from (
        f"{scheme}://{start}{rest}" for start in ("evil/", "evil?", "evil#", "evil\\", "[", "_.", "\xe9.", " ", "%61.")
    )
    yield from (f"{other}://{rest}" for other in ("http", "https", "HTTP", "ftp", "x-http", "", "http://http"))
    yield from (
        f"{scheme}:/{rest}",
        f"{scheme}:{rest}",
        f"{scheme}:\\\\{rest}",
        rest,
        f"evil{text}",
        f"http://evil.test/{text}",
    )
    yield from (f"{scheme}://{host}{end}" for end in ("", ":80", ":443", ":8080", ":9090", ":1", f":0{port}"))
    yield from (text[:-1], text[1:], text.replace(".", "x", 1), text.replace(".", "", 1), text.replace(".", "\xb7", 1))
    yield f"{scheme}://{'a.' * (EIGHT_KIB // 2)}{rest}"
    yield f"{scheme}://{'a' * EIGHT_KIB}{rest}"
    yield f"{text}{'.a' * (EIGHT_KIB // 2)}"


def members(entry: OriginEntry) -> Iterator[str]:
    """Yield some origins that an entry means, or nearly."""
    match entry:
        case ExactOrigin(written=written):
            yield written
        case WildcardOrigin(scheme=scheme, host=host, ports=ports):
            for run in ("a", "a.b", ""):
                for port in sorted(ports) if ports is not None else ("", "80", "8080"):
                    yield f"{scheme or 'http'}://{host.replace('*', run)}{':' if port else ''}{port}"
        case RegexOrigin():
            yield from ("http://a.test", "https://b.a.test:8080", "http://127.0.0.1")
        case _:
            yield "http://a.test"


def origins_near(origins: OriginSet) -> list[str]:
    """Return values of `Origin` to try a set with, each once."""
    written = {text for entry in origins.entries for text in members(entry)} or {"http://a.test"}
    texts = written | {text.encode().decode("latin-1") for text in written}
    return sorted({miss for text in texts for miss in near_misses(text)} | set(ODDITIES))
