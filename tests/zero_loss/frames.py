"""WebSocket frames (RFC 6455, 5.2), as far as an echo needs them: whole messages of less than 126 bytes."""

import asyncio

TEXT = 0x81
CLOSE = 0x88
_MASKED = 0x80
_LONGEST = 125


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Return the first byte of a frame (its kind) and its payload; raises `IncompleteReadError`."""
    kind, length = await reader.readexactly(2)
    assert length & ~_MASKED <= _LONGEST, "a frame of another kind than is sent here"
    mask = await reader.readexactly(4) if length & _MASKED else bytes(4)
    payload = await reader.readexactly(length & ~_MASKED)
    return kind, _xor(payload, mask)


def unmasked(kind: int, payload: bytes) -> bytes:
    """Return a frame as servers send it."""
    return bytes((kind, len(payload))) + payload


def masked(kind: int, payload: bytes, mask: bytes = b"mask") -> bytes:
    """Return a frame as clients send it."""
    return bytes((kind, len(payload) | _MASKED)) + mask + _xor(payload, mask)


def _xor(payload: bytes, mask: bytes) -> bytes:
    return bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
