"""Origins that look like another one: what a careless comparison would take for it, and an attacker can register.

It knows no policy: which of them one admits is for others to ask.
"""

from collections.abc import Iterator
from typing import Final

_STRANGE: Final = "stranger.example"


def lookalikes(origin: str) -> Iterator[str]:
    """Yield a longer host, another scheme, other ports, a subdomain, another name, and a dot that is none."""
    scheme, _, rest = origin.partition("://")
    host, _, _ = rest.partition(":")
    yield f"{scheme}://{host}.{_STRANGE}"
    yield f"{'http' if scheme == 'https' else 'https'}://{rest}"
    yield from (f"{scheme}://{host}", f"{scheme}://{host}:8443", f"{scheme}://a.{rest}", f"{scheme}://stranger{rest}")
    yield f"{scheme}://{host.replace('.', 'x', 1)}"
