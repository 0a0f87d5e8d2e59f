"""A program round `serve`, for tests: serves what small JSON files say, without any gateway's configuration.

Usage: gateway_program.py [--SETTING VALUE]... FILE-OR-FOLDER...
A file holds `{"listeners": [{"name", "port", "body", and perhaps "resource", "host", "regex", "upstream", "tls"}]}`.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crossgate.serve.gateway import serve
from crossgate.serve.loaded import BootstrapAddresses, ListenerAddress, Loaded
from crossgate.serve.settings import ServeSettings
from crossgate.xds.address import TcpAddress, UnixAddress

TYPE = "type.googleapis.com/"
EXTENSIONS = TYPE + "envoy.extensions."
ADS = {"ads": {}, "resource_api_version": "V3"}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--envoy")
    parser.add_argument("--admin")
    parser.add_argument("--drain-within", type=float, default=2.0)
    parser.add_argument("--ready-within", type=float, default=20.0)
    arguments = parser.parse_args()
    host, _, port = (arguments.admin or "").rpartition(":")
    settings = ServeSettings(
        envoy=arguments.envoy,
        admin=TcpAddress(host=host, port=int(port)) if port else None,
        concurrency=1,
        drain_within=arguments.drain_within,
        ready_within=arguments.ready_within,
    )

    def load() -> Loaded | None:
        return load_files(arguments.paths)

    return asyncio.run(serve(load, arguments.paths, settings=settings, out=sys.stdout, err=sys.stderr), debug=False)


def load_files(paths: list[Path]) -> Loaded | None:
    try:
        sites = [json.loads(file.read_bytes()) for path in paths for file in files_of(path)]
        listeners = [listener for site in sites for listener in site["listeners"]]
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"bad file: {error!r}\n")
        return None
    if not listeners:
        sys.stderr.write("bad file: no listeners\n")
        return None
    return Loaded(
        resources={
            TYPE + "envoy.config.cluster.v3.Cluster": {
                f"upstream/{item['upstream']}": cluster_of(item["upstream"]) for item in listeners if "upstream" in item
            },
            TYPE + "envoy.config.listener.v3.Listener": {resource_of(item): listener_of(item) for item in listeners},
            TYPE + "envoy.config.route.v3.RouteConfiguration": {
                f"routes/{resource_of(item)}": routes_of(item) for item in listeners
            },
        },
        bootstrap=bootstrap,
        listeners=tuple(
            ListenerAddress(
                name=item["name"],
                resource=resource_of(item),
                host=item.get("host", "127.0.0.1"),
                port=item["port"],
                scheme="https" if "tls" in item else "http",
            )
            for item in listeners
        ),
    )


def files_of(path: Path) -> Iterator[Path]:
    """Yield a file, or the files of a folder; a folder that isn't there is an error as a file is."""
    if path.suffix:
        yield path
    else:
        yield from sorted(file for file in path.iterdir() if file.suffix == ".json")


def resource_of(item: dict[str, Any]) -> str:
    resource: str = item.get("resource", item["name"])
    return resource


def listener_of(item: dict[str, Any]) -> dict[str, Any]:
    manager = {
        "@type": EXTENSIONS + "filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "test",
        "rds": {"route_config_name": f"routes/{resource_of(item)}", "config_source": ADS},
        "access_log": [
            {
                "name": "stderr",
                "typed_config": {
                    "@type": EXTENSIONS + "access_loggers.stream.v3.StderrAccessLog",
                    "log_format": {"text_format_source": {"inline_string": "access: %REQ(:PATH)% %RESPONSE_CODE%\n"}},
                },
            }
        ],
        "http_filters": [
            {"name": "router", "typed_config": {"@type": EXTENSIONS + "filters.http.router.v3.Router"}},
        ],
    }
    chain: dict[str, Any] = {"filters": [{"name": "http", "typed_config": manager}]}
    if "tls" in item:
        chain["transport_socket"] = {
            "name": "tls",
            "typed_config": {
                "@type": EXTENSIONS + "transport_sockets.tls.v3.DownstreamTlsContext",
                "common_tls_context": {
                    "tls_certificates": [
                        {
                            "certificate_chain": {"filename": item["tls"]["certificate"]},
                            "private_key": {"filename": item["tls"]["key"]},
                        }
                    ]
                },
            },
        }
    address = {"address": item.get("host", "127.0.0.1"), "port_value": item["port"]}
    return {"name": resource_of(item), "address": {"socket_address": address}, "filter_chains": [chain]}


def routes_of(item: dict[str, Any]) -> dict[str, Any]:
    match = {"safe_regex": {"regex": item["regex"]}} if "regex" in item else {"prefix": "/"}
    action = (
        {"route": {"cluster": f"upstream/{item['upstream']}", "timeout": "0s"}}
        if "upstream" in item
        else {"direct_response": {"status": 200, "body": {"inline_string": item["body"]}}}
    )
    host = {"name": "all", "domains": ["*"], "routes": [{"match": match, **action}]}
    return {"name": f"routes/{resource_of(item)}", "virtual_hosts": [host]}


def cluster_of(upstream: int) -> dict[str, Any]:
    name = f"upstream/{upstream}"
    endpoint = {"endpoint": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": upstream}}}}
    return {"name": name, "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [endpoint]}]}}


def bootstrap(addresses: BootstrapAddresses) -> dict[str, Any]:
    match addresses.admin:
        case UnixAddress(path=path):
            admin: dict[str, Any] = {"pipe": {"path": str(path), "mode": 0o600}}
        case TcpAddress(host=host, port=port):
            admin = {"socket_address": {"address": host, "port_value": port}}
    protocol = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
    options = {protocol: {"@type": TYPE + protocol, "explicit_http_config": {"http2_protocol_options": {}}}}
    endpoint = {"endpoint": {"address": {"pipe": {"path": str(addresses.xds_socket)}}}}
    return {
        "node": {"id": "test-node", "cluster": "test"},
        "admin": {"address": admin},
        "dynamic_resources": {
            "ads_config": {
                "api_type": "DELTA_GRPC",
                "transport_api_version": "V3",
                "grpc_services": [{"envoy_grpc": {"cluster_name": "control-plane"}}],
            },
            "cds_config": ADS,
            "lds_config": ADS,
        },
        "static_resources": {
            "clusters": [
                {
                    "name": "control-plane",
                    "typed_extension_protocol_options": options,
                    "load_assignment": {"cluster_name": "control-plane", "endpoints": [{"lb_endpoints": [endpoint]}]},
                }
            ]
        },
    }


if __name__ == "__main__":
    sys.exit(main())
