import pytest

from crossgate.model.hosts import ANY_HOST
from crossgate.model.listeners import Certificate, HostRoutes, Listener, Scheme

SHOWN = Certificate(names=("a.test", "*.a.test"), chain="c", private_key="k")
HOST = HostRoutes(hostname=ANY_HOST, routes=())


@pytest.mark.parametrize(
    "name", ["", "A.test", "a.*", "*a.test", "a.*.test", "*", "a..test", "b\xfccher.test", "a.test."]
)
def test_no_name_of_a_certificate(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        Certificate(names=("a.test", name), chain="c", private_key="k")


def test_https_needs_a_certificate_and_http_has_none() -> None:
    assert Listener(name="l", port=443, hosts=(HOST,), scheme=Scheme.HTTPS, certificates=(SHOWN,)).hosts == (HOST,)
    with pytest.raises(ValueError, match="speaks https"):
        Listener(name="l", port=443, hosts=(), scheme=Scheme.HTTPS)
    with pytest.raises(ValueError, match="speaks http"):
        Listener(name="l", port=80, hosts=(), certificates=(SHOWN,))


def test_a_hostname_stands_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        Listener(name="l", port=80, hosts=(HOST, HOST))
