import subprocess
import sys

import pytest

from crossgate.fetch.host import parse_host


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("A.Test", "a.test"),
        ("127.1", "127.0.0.1"),
        ("\uff11\uff12\uff17.1", "127.0.0.1"),
        ("%61.test", "a.test"),
        ("%C3%B6.test", "xn--nda.test"),
        ("xn--nda.test", "xn--nda.test"),
        ("[::FFFF:1.2.3.4]", "[::ffff:102:304]"),
        ("a_b.test.", "a_b.test."),
        (".", "."),
        ("a!$&'()*+,;=~b", "a!$&'()*+,;=~b"),
        ("a%2fb", None),
        ("%FF.test", None),
        ("a\uff05b", None),
        ("1.2.3.256", None),
        ("[1.2.3.4]", None),
        ("[::1", None),
        ("[fe80::1%25lo]", None),
        ("", None),
        ("\u00ad", None),
    ],
)
def test_hosts(text: str, host: str | None) -> None:
    assert parse_host(text) == host


@pytest.mark.parametrize(("host", "is_needed"), [("API.test", False), ("ö.test", True)])
def test_large_tables_are_read_only_for_names_outside_ascii(host: str, *, is_needed: bool) -> None:
    script = (
        f"import sys; from crossgate.fetch.host import parse_host; parse_host({host!r}); print('idna' in sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == str(is_needed)
