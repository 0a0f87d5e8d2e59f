"""Where this machine keeps the certificates of authorities that it trusts. Must not know who is verified by them."""

import ssl
from pathlib import Path
from typing import Final

USUAL: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS, BSD
)


def find_trusted_roots() -> str:
    """Return the file with the trusted roots: the one that OpenSSL is told of, else the first of the usual places.

    Where there is none it is the first usual place, which Envoy then names as missing if anything is to be verified.
    """
    told: str | None = ssl.get_default_verify_paths().cafile
    candidates = USUAL if told is None else (told, *USUAL)
    return next((path for path in candidates if Path(path).is_file()), USUAL[0])
