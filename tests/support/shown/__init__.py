"""Certificates for tests, made once with OpenSSL; their authority's own key was thrown away.

`a` is for `a.test` and `*.a.test`, `b` (RSA) for `b.test` and `b.a.test`, `upstream` for `upstream.test` and 127.0.0.1.
"""

import ssl
from pathlib import Path
from typing import Final

from crossgate.model.gateway import Certificate

FOLDER: Final = Path(__file__).parent
AUTHORITY: Final = FOLDER / "authority.pem"


def certificate(name: str, *names: str) -> Certificate:
    """Return a certificate to be shown to clients that ask for one of some names, none for all others."""
    chain, key = FOLDER / f"{name}.pem", FOLDER / f"{name}.key.pem"
    return Certificate(names=names, chain=chain.read_text(), private_key=key.read_text())


def client() -> ssl.SSLContext:
    """Return what a client believes that trusts the authority of these certificates alone."""
    context = ssl.create_default_context(cafile=str(AUTHORITY))
    context.set_alpn_protocols(["http/1.1"])
    return context


def anybody() -> ssl.SSLContext:
    """Return what a client believes that believes whatever it is shown."""
    context = client()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def server(name: str, *protocols: str) -> ssl.SSLContext:
    """Return what a server shows, and the protocols that it speaks, the one it likes best first."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / f"{name}.pem", FOLDER / f"{name}.key.pem")
    context.set_alpn_protocols([*protocols])
    return context
