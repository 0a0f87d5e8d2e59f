"""The plainest reading of the same-origin test, character by character: what the engine and Envoy are held against.

It shares no code with them. `is_same` is the documented test, `is_loosely_same` that of the emulated releases.
"""

DIGITS = frozenset("0123456789")
NEVER_IN_A_NAME = frozenset(" \t\n\v\f\r/:?#@[]\\,")
IN_AN_ADDRESS = frozenset("0123456789abcdef:.")
IMPLIED = {"http": "80", "https": "443"}
LONGEST_PORT = 5


def is_same(scheme: str, authority: str, origin: str) -> bool:
    """Say whether an origin has the scheme, host and port of the request."""
    origin = origin.lower()
    origin = origin.removesuffix("/")
    start = f"{scheme}://"
    if not origin.startswith(start):
        return False
    mine, its = place(authority.lower(), IMPLIED[scheme]), place(origin[len(start) :], IMPLIED[scheme])
    return mine is not None and mine == its


def place(text: str, implied: str) -> tuple[str, str] | None:
    """Return host and port, the implied one where none is written; None for what is no host and port."""
    end = 0
    if text.startswith("["):
        while end < len(text) and text[end] != "]":
            end += 1
        address = text[1:end]
        if end == len(text) or not address or not set(address) <= IN_AN_ADDRESS:
            return None
        end += 1
    else:
        while end < len(text) and text[end] not in NEVER_IN_A_NAME:
            end += 1
    host, port = text[:end], text[end:]
    if not host:
        return None
    if not port:
        return host, implied
    digits = port[1:]
    if port[0] != ":" or not digits or len(digits) > LONGEST_PORT or not set(digits) <= DIGITS:
        return None
    return host, digits


def is_loosely_same(scheme: str, authority: str, origin: str) -> bool:
    """Say whether an origin, read as a URL, agrees with the request as far as two colons go."""
    origin = origin.lower()
    origin = origin.removesuffix("/")
    colon = origin.find(":")
    if colon < 0 or origin[:colon] != scheme:
        return False
    rest = origin[colon + 1 :]
    for mark in "#?":
        rest = rest.split(mark)[0]
    its = ""
    if rest.startswith("//"):
        its = rest[2:].split("/")[0].split("@")[-1]
    return cut(authority.lower(), scheme) == cut(its, scheme)


def cut(authority: str, scheme: str) -> tuple[str, str]:
    """Return what stands before a first colon, and what between that and a second."""
    parts = authority.split(":")
    port = parts[1] if len(parts) > 1 else ""
    return parts[0], port or IMPLIED[scheme]
