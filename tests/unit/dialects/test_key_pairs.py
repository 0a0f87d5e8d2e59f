"""Certificates and keys: which pairs can be served with."""

import pytest

from crossgate.dialects.key_pairs import Unusable, check_pair, dns_names
from tests.support.certificates import key_pair

NAMES = {"label": "it", "chain_name": "chain", "key_name": "key"}


def test_a_pair_that_belongs_together_can_be_used() -> None:
    check_pair(*key_pair("a.test", "*.b.test"), **NAMES)


@pytest.mark.parametrize(
    ("chain", "key", "reason"),
    [
        (key_pair("a.test")[0], key_pair("b.test")[1], "the private key is not that of the certificate"),
        ("", key_pair("a.test")[1], "`chain` of `it` is not a certificate in PEM"),
        (key_pair("a.test")[0], "", "`key` of `it` is not a private key in PEM"),
        (key_pair("a.test")[1], key_pair("a.test")[0], "`chain` of `it` is not a certificate in PEM"),
        (key_pair("a.test")[0].replace("\nMII", "\nMIX"), key_pair("a.test")[1], "cannot be used"),
    ],
    ids=["another's key", "no chain", "no key", "swapped", "damaged"],
)
def test_another_pair_cannot_and_none_of_it_is_shown(chain: str, key: str, reason: str) -> None:
    with pytest.raises(Unusable) as unusable:
        check_pair(chain, key, **NAMES)
    assert reason in str(unusable.value)
    assert not any(line and line in str(unusable.value) for line in (chain + key).split("\n")[1:-2] if "--" not in line)


def test_the_names_of_a_certificate() -> None:
    assert dns_names(key_pair("A.test", "*.b.test")[0]) == ("a.test", "*.b.test")
    assert dns_names(key_pair()[0]) == ()
