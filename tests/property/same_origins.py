"""Requests and origins that are nearly of one place: a host in other letters, with other ports, ends and parts."""

from typing import Final

from hypothesis import strategies as st

HOSTS: Final = (
    *("a.test", "A.Test", "a.test.", "b.a.test", "a_b", "xn--bcher-kva.test", "localhost", "127.0.0.1", "127.0.0.2"),
    *("[::1]", "[::2]", "[2001:db8::1]", "[2001:DB8::1]", "[2001:db8::2]", "[::ffff:127.0.0.1]", "a.test..", "-"),
)
PORTS: Final = ("", ":", ":0", ":8", ":80", ":080", ":0080", ":443", ":8080", ":8443", ":65535", ":65536", ":99999")
SCHEMES: Final = ("http", "HTTP", "https", "Https", "ws", "file", "")
PARTS: Final = ("", "", "", "", "/", "//", "/x", "?x", "#x", "/x/", "?", ":80", " ", ",", "]", ".")
USERS: Final = ("", "", "", "", "u@", "u:p@", "@", "a.test@", "a.test:80@")

hosts = st.sampled_from(HOSTS)
ports = st.sampled_from(PORTS)
authorities = st.builds("{}{}".format, hosts, ports)


@st.composite
def origins_of(draw: st.DrawFn, authority: str) -> str:
    """Draw an origin that mostly has the host or the port of an authority, and something more or less."""
    own_host, _, own_port = authority.rpartition(":") if not authority.endswith("]") else (authority, "", "")
    host = draw(st.sampled_from((own_host or authority, authority, "")) | hosts)
    port = draw(st.sampled_from(("", f":{own_port}")) | ports)
    scheme = draw(st.sampled_from(("http", "http", "https")) | st.sampled_from(SCHEMES))
    between = draw(st.sampled_from(("://", "://", "://", "://", ":", ":/", "//")))
    text = f"{scheme}{between}{draw(st.sampled_from(USERS))}{host}{port}{draw(st.sampled_from(PARTS))}"
    return draw(st.sampled_from((text, text, text.upper(), text.lower(), f" {text}", "null", authority)))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Draw an authority, and an origin near it."""
    authority = draw(authorities)
    return authority, draw(origins_of(authority))
