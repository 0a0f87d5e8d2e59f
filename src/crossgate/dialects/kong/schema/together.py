"""What the fields of an entity say together: rules about more than one of them, in the gateway's words."""

from collections.abc import Callable, Collection, Sequence
from ipaddress import ip_network
from typing import Final

from crossgate.dialects.kong.schema.hosts import host
from crossgate.dialects.kong.schema.kinds import Fault
from crossgate.dialects.kong.schema.paths import service_path
from crossgate.dialects.kong.schema.urls import address_of
from crossgate.dialects.nodes import MappingNode, Node, ScalarNode, SequenceNode

PROTOCOLS: Final = ("grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp")
_DEFAULT: Final = ("http", "https")
_MATCHES: Final = ("methods", "hosts", "headers", "paths")
_STREAM: Final = "'tcp', 'tls', 'tls_passthrough' or 'udp'"
_NULL: Final = "value must be null"


def one_family(protocols: Sequence[str], families: Sequence[tuple[str, ...]]) -> str | None:
    """Say which families of protocols are mixed, in the order in which they are met, or that there is none."""
    if not protocols:
        return "length must be at least 1"
    met = dict.fromkeys(family for protocol in protocols for family in families if protocol in family)
    if len(met) < 2:  # noqa: PLR2004 - two are mixed
        return None
    sets = ", ".join("(" + ", ".join(f"'{name}'" for name in family) + ")" for family in met)
    return f"these sets are mutually exclusive: {sets}"


def known_kind(key: str, kinds: Collection[str]) -> Callable[[MappingNode], Fault | None]:
    """Return a check of the field that says which fields an entity has; where it says none, nothing else counts."""

    def check(entity: MappingNode) -> Fault | None:
        node = entity.get(key)
        if node is not None and _is_null(node):
            return Fault(id="missing-field", field=key, message="required field missing", key=key)
        items = node.items if isinstance(node, SequenceNode) else ()
        texts = [item.text for item in items if isinstance(item, ScalarNode)]
        if not texts or set(texts) & set(kinds):
            return None
        return Fault(id="invalid-value", field=key, message=f"unknown type: {texts[0]}", key=key)

    return check


def named(entity: MappingNode) -> Fault | None:
    """Check that a plugin has a name, without which nobody knows its fields."""
    node = entity.get("name")
    is_missing = node is None or _is_null(node)
    return Fault(id="missing-field", field="name", message="required field missing", key="name") if is_missing else None


def source(entity: MappingNode) -> list[Fault]:
    """Check an address or port of a connection, of which a route has one at least."""
    address = _text(entity, "ip")
    if address is not None and not _is_network(address):
        return [Fault(id="invalid-value", field="ip", message=f"invalid ip or cidr range: '{address}'", key="ip")]
    if _is_filled(entity.get("ip")) or _is_filled(entity.get("port")):
        return []
    message = "at least one of these fields must be non-empty: 'ip', 'port'"
    return [Fault(id="missing-field", field=None, message=message)]


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def service_address(service: MappingNode) -> list[Fault]:
    """Check where a service is: a `url` gives all parts of it, and else there must be a host."""
    url = _text(service, "url")
    if url is None:
        is_missing = service.get("host") is None or _is_null(service.get("host"))
        missing = Fault(id="missing-field", field="host", message="required field missing")
        return [missing] if is_missing and not _is_given(service, "url") else []
    parts = address_of(url)
    found = []
    if parts.host is None:
        found.append(Fault(id="missing-field", field="host", message="required field missing", key="url"))
    elif (wrong := host(parts.host)) is not None:
        found.append(Fault(id="invalid-hostname", field="host", message=wrong, key="url"))
    if parts.path is not None and (wrong := service_path(parts.path)) is not None:
        found.append(Fault(id="invalid-path", field="path", message=wrong, key="url"))
    return found + _url_protocol(parts.protocol) + _url_port(parts.port)


def _url_protocol(protocol: str) -> list[Fault]:
    if protocol in PROTOCOLS:
        return []
    return [
        Fault(id="invalid-value", field="protocol", message=f"expected one of: {', '.join(PROTOCOLS)}", key="url"),
    ]


def _url_port(port: str) -> list[Fault]:
    if not port.isdecimal():
        return [Fault(id="wrong-type", field="port", message="expected an integer", key="url")]
    message = "value should be between 0 and 65535"
    return [] if int(port) <= 65535 else [Fault(id="out-of-range", field="port", message=message, key="url")]  # noqa: PLR2004 - ports


def service_protocol(service: MappingNode) -> list[Fault]:
    """Check what a service's protocol has no use for."""
    url = _text(service, "url")
    protocol = _text(service, "protocol") or "http"
    if url is not None:
        protocol = address_of(url).protocol
    unused: list[str] = []
    if protocol in {"tcp", "tls", "udp", "grpc", "grpcs"}:
        unused.append("path")
    if protocol not in {"https", "tls"}:
        unused += ["client_certificate", "tls_verify", "tls_verify_depth", "ca_certificates"]
    found = [Fault(id="invalid-value", field=key, message=_NULL, key=key) for key in unused if _is_given(service, key)]
    if url is not None and "path" in unused and address_of(url).path is not None:
        found.append(Fault(id="invalid-value", field="path", message=_NULL, key="url"))
    return [said for fault in found for said in (fault, _conditional(fault, "protocol"))]


def _conditional(fault: Fault, given: str) -> Fault:
    """Return what is said of the entity where one of its fields is wrong for the value of another."""
    message = f"failed conditional validation given value of field '{given}'"
    return Fault(id=fault.id, field=None, message=message, key=fault.key)


def route_of_protocols(route: MappingNode) -> list[Fault]:
    """Check what routes of the first protocol's family cannot have."""
    first = _family(_protocols(route))
    unused: tuple[str, ...]
    if first in {"http", "https"}:
        unused, said = ("sources", "destinations"), "'http' or 'https'"
    elif first in {"grpc", "grpcs"}:
        unused, said = ("methods", "sources", "destinations"), "'grpc' or 'grpcs'"
    else:
        unused, said = _MATCHES, _STREAM
    found = [
        Fault(id="invalid-value", field=key, message=f"cannot set '{key}' when 'protocols' is {said}", key=key)
        for key in unused
        if _is_given(route, key)
    ]
    strip = route.get("strip_path")
    if first in {"grpc", "grpcs"} and isinstance(strip, ScalarNode) and strip.value is True:
        message = f"cannot set 'strip_path' when 'protocols' is {said}"
        found.append(Fault(id="invalid-value", field="strip_path", message=message, key="strip_path"))
    return found


def route_matches_something(route: MappingNode) -> list[Fault]:
    """Check that a route matches by something."""
    protocols = _protocols(route)
    first = _family(protocols)
    keys: tuple[str, ...]
    if first in {"http", "https"}:
        name, keys = ("https", (*_MATCHES, "snis")) if "https" in protocols else ("http", _MATCHES)
    elif first in {"grpc", "grpcs"}:
        name, keys = ("grpcs", (*_MATCHES[1:], "snis")) if "grpcs" in protocols else ("grpc", _MATCHES[1:])
    elif first == "tls_passthrough":
        name, keys = first, ("snis",)
    else:
        name, keys = "tcp", ("sources", "destinations", "snis")
    if any(_is_filled(route.get(key)) for key in (*keys, "expression")):
        return []
    if name == "tls_passthrough":
        return [
            Fault(id="route-without-match", field=None, message="must set snis when 'protocols' is 'tls_passthrough'")
        ]
    listed = ", ".join(f"'{key}'" for key in keys)
    said = "'tcp', 'tls' or 'udp'" if name == "tcp" else f"'{name}'"
    return [Fault(id="route-without-match", field=None, message=f"must set one of {listed} when 'protocols' is {said}")]


def route_server_names(route: MappingNode) -> list[Fault]:
    """Check that only a route of TLS asks for server names."""
    if not _is_filled(route.get("snis")) or set(_protocols(route)) & {"grpcs", "https", "tls", "tls_passthrough"}:
        return []
    message = "'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'"
    return [
        Fault(id="invalid-value", field="snis", message="length must be 0", key="snis"),
        Fault(id="invalid-value", field=None, message=message, key="snis"),
    ]


def hashes(upstream: MappingNode) -> list[Fault]:
    """Check that what requests are hashed by is named."""
    found = []
    for chosen, needed in (("hash_on", "hash_on_{}"), ("hash_fallback", "hash_fallback_{}")):
        by = _text(upstream, chosen)
        key = "hash_on_cookie" if by == "cookie" else needed.format(by)
        if by in {"header", "cookie", "query_arg", "uri_capture"} and not _is_given(upstream, key):
            missing = Fault(id="missing-field", field=key, message="required field missing", key=chosen)
            found += [missing, _conditional(missing, chosen)]
    first, fallback = _text(upstream, "hash_on") or "none", _text(upstream, "hash_fallback") or "none"
    if first in {"none", "cookie"} and fallback != "none":
        wrong = Fault(id="invalid-value", field="hash_fallback", message="expected one of: none", key="hash_fallback")
        found += [wrong, _conditional(wrong, "hash_on")]
    return found


def _protocols(route: MappingNode) -> tuple[str, ...]:
    node = route.get("protocols")
    if not isinstance(node, SequenceNode):
        return _DEFAULT
    return tuple(item.text for item in node.items if isinstance(item, ScalarNode))


def _family(protocols: Sequence[str]) -> str:
    """Return the protocol that says which fields a route has: the first that is known."""
    return next((protocol for protocol in protocols if protocol in PROTOCOLS), "http")


def _text(node: MappingNode, key: str) -> str | None:
    value = node.get(key)
    return value.value if isinstance(value, ScalarNode) and isinstance(value.value, str) else None


def _is_null(node: Node | None) -> bool:
    return isinstance(node, ScalarNode) and node.value is None


def _is_given(node: MappingNode, key: str) -> bool:
    return node.get(key) is not None and not _is_null(node.get(key))


def _is_filled(node: Node | None) -> bool:
    match node:
        case None:
            return False
        case ScalarNode():
            return node.value is not None and node.value != ""
        case SequenceNode():
            return bool(node.items)
        case MappingNode():
            return bool(node.entries)
