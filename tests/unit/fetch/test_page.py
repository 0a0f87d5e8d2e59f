import pytest

from crossgate.fetch.page import is_extension, origin_of_page


@pytest.mark.parametrize(
    ("page", "origin"),
    [
        ("https://App.test:443/a?b", "https://app.test"),
        ("file:///a.html", "null"),
        ("data:text/html,<p>", "null"),
        ("about:blank", "null"),
        ("javascript:0", "null"),
        ("blob:https://app.test:8443/1-2", "https://app.test:8443"),
        (" BLOB:moz-extension://a-1/2", "moz-extension://a-1"),
        ("blob:null/1", "null"),
        ("blob:data:,x", "null"),
        ("chrome-extension://abcdef/popup.html", "chrome-extension://abcdef"),
        ("MOZ-extension://0A-1/", "moz-extension://0a-1"),
        ("safari-web-extension://A1-B/x", "safari-web-extension://a1-b"),
        ("chrome-extension:abc", "null"),
        ("chrome-extension://", "null"),
        ("capacitor://localhost/", "null"),
        ("app.test", None),
        ("http://", None),
    ],
)
def test_a_page_has_an_origin(page: str, origin: str | None) -> None:
    assert origin_of_page(page) == origin


def test_blob_within_blob_is_nobodys_however_it_is_spelt() -> None:
    assert origin_of_page("bl\tob:" * 2000) == "null"


def test_extensions_are_known() -> None:
    assert is_extension("chrome-extension://abc")
    assert not is_extension("https://chrome-extension")


def test_a_blob_in_a_blob_is_nobodys() -> None:
    assert origin_of_page("blob:" * 100_000 + "https://app.test/1") == "null"
    assert origin_of_page("blob:https://app.test/1") == "https://app.test"
