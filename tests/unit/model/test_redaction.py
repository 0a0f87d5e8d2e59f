from crossgate.model.gateway import Certificate, GatewayConfig, Listener, Scheme
from crossgate.model.redaction import REDACTED, without_private_keys


def test_private_keys_and_nothing_else_is_left_out() -> None:
    certificate = Certificate(names=("a.test",), chain="the chain", private_key="the key")
    secure = Listener(name="s", port=443, hosts=(), scheme=Scheme.HTTPS, certificates=(certificate,))
    plain = Listener(name="p", port=80, hosts=())
    shown = without_private_keys(GatewayConfig(listeners=(secure, plain)))

    assert shown.listeners[0].certificates == (Certificate(names=("a.test",), chain="the chain", private_key=REDACTED),)
    assert shown.listeners[1] == plain
    assert "the key" not in repr(secure)
