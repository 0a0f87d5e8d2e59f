"""A backend that speaks HTTP/2 alone, and answers every request with what it knows of it."""

import asyncio
import json
import ssl

import h2.config
import h2.connection
import h2.events


async def start_http2_backend(tls: ssl.SSLContext | None = None) -> tuple[asyncio.Server, int]:
    """Start the backend, behind TLS if it is to show something; return it, and its port."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, ssl=tls)
    port: int = server.sockets[0].getsockname()[1]
    return server, port


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    secured = writer.get_extra_info("ssl_object")
    protocol = None if secured is None else secured.selected_alpn_protocol()
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="ascii"))
    connection.initiate_connection()
    try:
        writer.write(connection.data_to_send())
        while data := await reader.read(65536):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    content = json.dumps({**dict(event.headers), "alpn": protocol}).encode()
                    connection.send_headers(
                        event.stream_id, [(":status", "200"), ("content-length", str(len(content)))]
                    )
                    connection.send_data(event.stream_id, content, end_stream=True)
            writer.write(connection.data_to_send())
            await writer.drain()
    except ConnectionError:
        pass  # the client has gone
    finally:
        writer.close()
