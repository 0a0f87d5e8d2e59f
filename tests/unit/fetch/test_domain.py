import pytest

from crossgate.fetch.domain import to_ascii


@pytest.mark.parametrize(
    ("domain", "ascii_form"),
    [
        ("Bücher.test", "xn--bcher-kva.test"),
        ("faß.de", "xn--fa-hia.de"),  # which IDNA2003 calls fass.de
        ("☃.net", "xn--n3h.net"),  # which IDNA2008 forbids, and browsers do not
        ("💩.la", "xn--ls8h.la"),
        ("a\u3002b\uff0ec\uff61d", "a.b.c.d"),
        ("\uff11\uff12.test", "12.test"),
        ("\uff21\uff30\uff29.é", "api.xn--9ca"),
        ("a\u00adb.test", "ab.test"),
        ("xn--4ca.ö", "xn--4ca.xn--nda"),
        ("אב.test", "xn--4dbc.test"),
        ("a..ö", "a..xn--nda"),
        ("a_b.ö", "a_b.xn--nda"),
    ],
)
def test_a_name_in_any_script_has_one_form_in_ascii(domain: str, ascii_form: str) -> None:
    assert to_ascii(domain) == ascii_form


@pytest.mark.parametrize(
    "domain",
    [
        "xn--.ö",
        "xn--a.ö",
        "xn--\u00f6",
        "xn--abc-.ö",
        "\u0301a.test",
        "a\u200db.test",
        "אa1.test",
        "אב.1a",
        "\U000e0100\ufffe.test",
        "ö" * 2000,
    ],
)
def test_what_is_no_name(domain: str) -> None:
    assert to_ascii(domain) is None
