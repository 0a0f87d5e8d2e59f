"""Names in any script as DNS and `Host` have them, in ASCII.

Source: https://url.spec.whatwg.org/#concept-domain-to-ascii and https://www.unicode.org/reports/tr46/. Its tables are
large: who needs it for some names only imports it for those.
"""

import unicodedata
from typing import Final

import idna

_PUNYCODE: Final = "xn--"
_JOINERS: Final = "\u200c\u200d"
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})


def to_ascii(domain: str) -> str | None:
    """Return a domain as DNS and `Host` have it (https://url.spec.whatwg.org/#concept-domain-to-ascii), or None."""
    try:
        labels = [_decoded(label) for label in idna.uts46_remap(domain, std3_rules=False).split(".")]
        is_bidirectional = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in "".join(labels))
        if not all(_is_valid(label) for label in labels if not label.isascii()):
            return None
        if is_bidirectional:
            for label in filter(None, labels):
                idna.check_bidi(label, check_ltr=True)
    except (ValueError, IndexError):
        return None
    return ".".join(
        label if label.isascii() else f"{_PUNYCODE}{label.encode('punycode').decode('ascii')}" for label in labels
    )


def _decoded(label: str) -> str:
    """Return the letters that a label of the form `xn--…` stands for; raises ValueError where it stands for none."""
    if not label.startswith(_PUNYCODE):
        return label
    found = label.removeprefix(_PUNYCODE).encode("ascii").decode("punycode")
    if found.isascii():
        raise ValueError(f"`{label}` encodes nothing")
    return found


def _is_valid(label: str) -> bool:
    """Say whether a label with letters outside ASCII is valid: as mapped as it can be, its joiners between letters."""
    return (
        idna.uts46_remap(label, std3_rules=False) == label
        and "." not in label
        and not label.startswith(_PUNYCODE)
        and not unicodedata.category(label[0]).startswith("M")
        and all(idna.valid_contextj(label, place) for place, letter in enumerate(label) if letter in _JOINERS)
    )
