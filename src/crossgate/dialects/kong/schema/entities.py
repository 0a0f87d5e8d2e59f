"""What the entities of a declarative file are like: their fields, one by one, as data.

What fields say together is in `together`. Source: the Admin API's reference of Kong Gateway 3.
"""

from typing import Final

from crossgate.dialects.kong.schema import hosts, together
from crossgate.dialects.kong.schema.kinds import (
    Anything,
    Array,
    Forbidden,
    Foreign,
    Kind,
    Map,
    Presence,
    Record,
    Rule,
    Scalar,
    Type,
)
from crossgate.dialects.kong.schema.paths import path_as_meant, route_path, service_path
from crossgate.dialects.kong.schema.together import PROTOCOLS

HTTP_PROTOCOLS: Final = PROTOCOLS[:4]

_EXCLUSIVE: Final = (("http", "https"), ("tcp", "tls", "udp"), ("tls_passthrough",), ("grpc", "grpcs"))
_TIMEOUT: Final = (1, 2**31 - 2)
_PORT: Final = (0, 65535)

_UUID: Final = Scalar(is_uuid=True)
_FLAG: Final = Scalar(type=Type.BOOLEAN, presence=Presence.DEFAULTED)
_CHILDREN: Final = Array(elements=Anything())
_NAME: Final = Scalar(rules=(Rule(id="invalid-name", says=hosts.name),))
_TAGS: Final = Array(elements=Scalar(rules=(Rule(id="invalid-value", says=hosts.tag),)), called="a set")
_TIMESTAMP: Final = Scalar(type=Type.INTEGER, is_positive=True)
_SHARED: Final[dict[str, Kind]] = {
    "id": _UUID,
    **dict.fromkeys(("created_at", "updated_at"), _TIMESTAMP),
    "tags": _TAGS,
    "_comment": Scalar(),
    "_ignore": _CHILDREN,
}
"""What every entity may have; the last two are for the file's authors."""


def _integer(low: int, high: int, presence: Presence = Presence.OPTIONAL) -> Scalar:
    return Scalar(type=Type.INTEGER, between=(low, high), presence=presence)


SERVICE: Final = Record(
    fields={
        **_SHARED,
        "name": _NAME,
        "retries": _integer(0, 32767),
        "protocol": Scalar(one_of=PROTOCOLS, presence=Presence.DEFAULTED),
        "host": Scalar(rules=(Rule(id="invalid-hostname", says=hosts.host),)),
        "port": _integer(*_PORT, presence=Presence.DEFAULTED),
        "path": Scalar(rules=(Rule(id="invalid-path", says=service_path),)),
        "url": Scalar(),
        **dict.fromkeys(("connect_timeout", "write_timeout", "read_timeout"), _integer(*_TIMEOUT)),
        "client_certificate": Foreign(),
        "tls_verify": Scalar(type=Type.BOOLEAN),
        "tls_verify_depth": _integer(0, 64),
        "ca_certificates": Array(elements=_UUID),
        "enabled": _FLAG,
        "routes": _CHILDREN,
        "plugins": _CHILDREN,
    },
    checks=(together.service_address, together.service_protocol),
)

_SOURCES: Final = Array(
    called="a set",
    elements=Record(fields={"ip": Scalar(), "port": _integer(*_PORT)}, checks=(together.source,)),
)

_METHOD: Final = Rule(id="invalid-method", says=hosts.method, helps=lambda text: f"write `{text.upper()}`")
_PATH: Final = Rule(id="invalid-path", says=route_path, helps=path_as_meant)
_HEADER: Final = Rule(
    id="invalid-value",
    says=hosts.header,
    helps=lambda text: "write it under `hosts`" if text.lower() == "host" else None,
)

ROUTE: Final = Record(
    fields={
        **_SHARED,
        "name": _NAME,
        "protocols": Array(
            called="a set",
            elements=Scalar(one_of=PROTOCOLS),
            presence=Presence.DEFAULTED,
            rule=lambda texts: together.one_family(texts, _EXCLUSIVE),
        ),
        "methods": Array(called="a set", elements=Scalar(rules=(_METHOD,))),
        "hosts": Array(elements=Scalar(rules=(Rule(id="invalid-hostname", says=hosts.route_host),))),
        "paths": Array(elements=Scalar(rules=(_PATH,))),
        "headers": Map(keys=Scalar(rules=(_HEADER,)), values=Array(elements=Scalar())),
        "https_redirect_status_code": Scalar(
            type=Type.INTEGER, one_of=(426, 301, 302, 307, 308), presence=Presence.DEFAULTED
        ),
        "regex_priority": Scalar(type=Type.INTEGER),
        "strip_path": _FLAG,
        "path_handling": Scalar(one_of=("v0", "v1")),
        "preserve_host": _FLAG,
        "request_buffering": _FLAG,
        "response_buffering": _FLAG,
        "snis": Array(called="a set", elements=Scalar(rules=(Rule(id="invalid-hostname", says=hosts.server_name),))),
        "sources": _SOURCES,
        "destinations": _SOURCES,
        "service": Foreign(),
        "plugins": _CHILDREN,
        "expression": Scalar(),
        "priority": Scalar(type=Type.INTEGER),
    },
    first=together.known_kind("protocols", PROTOCOLS),
    checks=(together.route_of_protocols, together.route_matches_something, together.route_server_names),
)

_PLUGIN: Final[dict[str, Kind]] = {
    **_SHARED,
    "name": Scalar(presence=Presence.REQUIRED),
    "instance_name": _NAME,
    "route": Foreign(),
    "service": Foreign(),
    "consumer": Foreign(),
    "enabled": _FLAG,
    "protocols": Array(called="a set", elements=Scalar(one_of=PROTOCOLS), presence=Presence.DEFAULTED),
    "ordering": Anything(),
    "condition": Scalar(),
    "_config": Scalar(),
}

PLUGIN: Final = Record(fields={**_PLUGIN, "consumer_group": Foreign(), "config": Anything()}, first=together.named)
"""A plugin other than `cors`, whose configuration is its own affair."""


def cors_plugin(config: Record) -> Record:
    """Return the schema of a `cors` plugin with this configuration."""
    protocols = Array(called="a set", elements=Scalar(one_of=HTTP_PROTOCOLS), presence=Presence.DEFAULTED)
    nobody = {"consumer": Forbidden(), "consumer_group": Forbidden()}
    return Record(fields={**_PLUGIN, **nobody, "protocols": protocols, "config": config})


_HASHES: Final = ("none", "consumer", "ip", "header", "cookie", "path", "query_arg", "uri_capture")

UPSTREAM: Final = Record(
    fields={
        **_SHARED,
        "name": Scalar(presence=Presence.REQUIRED, rules=(Rule(id="invalid-name", says=hosts.upstream_name),)),
        "algorithm": Scalar(one_of=("consistent-hashing", "least-connections", "round-robin", "latency")),
        "hash_on": Scalar(one_of=_HASHES),
        "hash_fallback": Scalar(one_of=_HASHES),
        **dict.fromkeys(
            ("hash_on_header", "hash_fallback_header"),
            Scalar(rules=(Rule(id="invalid-value", says=hosts.header_name),)),
        ),
        "hash_on_cookie": Scalar(),
        "hash_on_cookie_path": Scalar(rules=(Rule(id="invalid-path", says=service_path),)),
        **dict.fromkeys(
            ("hash_on_query_arg", "hash_fallback_query_arg", "hash_on_uri_capture", "hash_fallback_uri_capture"),
            Scalar(),
        ),
        "slots": _integer(10, 2**16),
        "healthchecks": Anything(),
        "host_header": Scalar(rules=(Rule(id="invalid-hostname", says=hosts.host_with_port),)),
        "client_certificate": Foreign(),
        "use_srv_name": Scalar(type=Type.BOOLEAN),
        **dict.fromkeys(("sticky_sessions_cookie", "sticky_sessions_cookie_path"), Scalar()),
        "targets": _CHILDREN,
    },
    checks=(together.hashes,),
)

TARGET: Final = Record(
    fields={
        **_SHARED,
        **dict.fromkeys(("created_at", "updated_at"), Scalar(type=Type.NUMBER, is_positive=True)),
        "target": Scalar(presence=Presence.REQUIRED, rules=(Rule(id="invalid-hostname", says=hosts.target),)),
        "weight": _integer(0, 65535),
        "upstream": Foreign(),
        "failover": Scalar(type=Type.BOOLEAN),
    }
)

CERTIFICATE: Final = Record(
    fields={
        **_SHARED,
        "cert": Scalar(presence=Presence.REQUIRED),
        "key": Scalar(presence=Presence.REQUIRED),
        "cert_alt": Scalar(),
        "key_alt": Scalar(),
        "passphrase": Scalar(),
        "snis": _CHILDREN,
        "services": _CHILDREN,
        "upstreams": _CHILDREN,
    }
)

SNI: Final = Record(
    fields={
        **_SHARED,
        "name": Scalar(presence=Presence.REQUIRED, rules=(Rule(id="invalid-hostname", says=hosts.certificate_name),)),
        "certificate": Foreign(),
    }
)


def file_fields(lists: tuple[str, ...]) -> Record:
    """Return the schema of a file whose entities stand under these keys."""
    fields: dict[str, Kind] = {
        "_format_version": Scalar(presence=Presence.REQUIRED, one_of=("1.1", "2.1", "3.0")),
        "_transform": Scalar(type=Type.BOOLEAN),
        "_comment": Scalar(),
        "_ignore": _CHILDREN,
        **dict.fromkeys(("_info", "_konnect", "_workspace", "_plugin_configs"), Anything()),
        **dict.fromkeys(lists, _CHILDREN),
    }
    return Record(fields=fields)
