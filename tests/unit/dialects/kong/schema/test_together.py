"""What the fields of an entity say together, in the gateway's words."""

import json

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.kong.schema.check import is_valid
from crossgate.dialects.kong.schema.entities import ROUTE, SERVICE, UPSTREAM
from crossgate.dialects.kong.schema.kinds import Record
from crossgate.dialects.nodes import MappingNode
from crossgate.dialects.yaml import read_documents
from crossgate.source import Source

GIVEN_PROTOCOL = "failed conditional validation given value of field 'protocol'"


def said(entity: object, schema: Record) -> list[str]:
    report = Diagnostics()
    (node,) = read_documents(Source(name="kong.json", text=json.dumps(entity)), report)
    assert isinstance(node, MappingNode)
    assert is_valid(node, schema, report) is not report.has_errors
    return sorted(found.message for found in report)


@pytest.mark.parametrize(
    ("service", "messages"),
    [
        ({"url": "http://h.test"}, []),
        ({"url": "https://h.test", "tls_verify": True}, []),
        ({"host": "h.test", "tls_verify": True}, ["`tls_verify`: value must be null", GIVEN_PROTOCOL]),
        ({"host": "h.test", "protocol": "grpc", "path": "/p"}, ["`path`: value must be null", GIVEN_PROTOCOL]),
        ({"url": "h.test"}, ["`host`: required field missing", "`path`: should start with: /"]),
        ({"url": "http://h.test:x"}, ["`port`: expected an integer"]),
        ({"url": "http://h.test:70000"}, ["`port`: value should be between 0 and 65535"]),
    ],
)
def test_a_service(service: object, messages: list[str]) -> None:
    assert said(service, SERVICE) == messages


@pytest.mark.parametrize(
    ("route", "messages"),
    [
        ({"paths": ["/"], "protocols": ["grpc"], "strip_path": False}, []),
        ({"paths": ["/"], "protocols": []}, ["`protocols`: length must be at least 1"]),
        (
            {"protocols": ["http"], "hosts": []},
            ["must set one of 'methods', 'hosts', 'headers', 'paths' when 'protocols' is 'http'"],
        ),
        (
            {"protocols": ["grpc"], "methods": ["GET"], "paths": ["/"]},
            ["`methods`: cannot set 'methods' when 'protocols' is 'grpc' or 'grpcs'"],
        ),
        (
            {"paths": ["/"], "sources": [{"ip": "10.0.0.1"}]},
            ["`sources`: cannot set 'sources' when 'protocols' is 'http' or 'https'"],
        ),
        ({"protocols": ["tls_passthrough"]}, ["must set snis when 'protocols' is 'tls_passthrough'"]),
    ],
)
def test_a_route(route: object, messages: list[str]) -> None:
    assert said(route, ROUTE) == messages


def test_an_upstream_names_what_it_hashes_by() -> None:
    assert said({"name": "u.test", "hash_on": "header", "hash_on_header": "x-a"}, UPSTREAM) == []
    assert said({"name": "u.test", "hash_on": "header"}, UPSTREAM) == [
        "`hash_on_header`: required field missing",
        "failed conditional validation given value of field 'hash_on'",
    ]
