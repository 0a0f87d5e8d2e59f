"""Texts of the configuration as they compare with what came over the wire: UTF-8, a character a byte."""


def as_sent(text: str) -> str:
    """Return the bytes that the data plane makes of a text, as ISO 8859-1."""
    return text if text.isascii() else text.encode().decode("latin-1")


def is_utf8(value: str) -> bool:
    """Say whether bytes, as ISO 8859-1, are UTF-8: the data plane computes with no others."""
    try:
        value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return False
    return True
