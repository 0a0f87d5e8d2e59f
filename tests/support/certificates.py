"""Certificates for tests: self-signed, made anew by OpenSSL."""

import subprocess
import tempfile
from functools import cache
from pathlib import Path


@cache
def key_pair(*names: str) -> tuple[str, str]:
    """Return a certificate for some DNS names and its key, PEM."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    alternatives = ["-addext", f"subjectAltName={','.join(f'DNS:{name}' for name in names)}"] if names else []
    with tempfile.TemporaryDirectory() as folder:
        chain, key = Path(folder, "chain"), Path(folder, "key")
        files = ["-days", "2", "-subj", "/CN=test", "-keyout", str(key), "-out", str(chain)]
        subprocess.run([*command, *files, *alternatives], check=True, capture_output=True)
        return chain.read_text(encoding="ascii"), key.read_text(encoding="ascii")
