"""What a hostile client sends: for each rule of floods an opening and what is repeated for ever."""
import dataclasses

from bench_parts.frames import (
    CONTINUATION, DATA, END_HEADERS, END_STREAM, GET, HEADERS, PING, POST, PREFACE, PRIORITY, RST, SETTINGS,
    UNKNOWN, WINDOW, block, crumbs, frame, literal, per_stream, same, table_bomb)

OPENING = PREFACE + frame(SETTINGS, 0, 0)
PROTOCOL_ERROR = "downstream_cx_protocol_error"


@dataclasses.dataclass
class Attack:
    rule: str
    what: str
    opening: bytes
    more: object           # (numbers) -> bytes, asked for as long as the connection takes them
    counter: str           # of the connection manager: what tells of it
    connections: int = 4   # at a time
    is_closed: bool = True  # the proxy ends such connections; else it bounds what they cost
    reads: bool = True     # takes what the proxy sends
    is_slow: bool = False  # a little now and then rather than as much as it takes
    is_many: bool = False  # as many connections as there may be


def _resets(stream):
    return frame(HEADERS, END_STREAM | END_HEADERS, stream, GET) + frame(RST, 0, stream, b"\0\0\0\x08")


def _made_resets(stream):
    """The proxy has to reset it: an increment of zero is an error."""
    return frame(HEADERS, END_HEADERS, stream, POST) + frame(WINDOW, 0, stream, b"\0\0\0\0")


def _get(stream):
    return frame(HEADERS, END_STREAM | END_HEADERS, stream, GET)


UPLOAD = OPENING + frame(HEADERS, END_HEADERS, 1, POST)

HTTP2 = [
    Attack("R24", "PING for ever, nothing read", OPENING, same(frame(PING, 0, 0, b"pingpong")),
           PROTOCOL_ERROR, reads=False),
    Attack("R24", "SETTINGS for ever", OPENING, same(frame(SETTINGS, 0, 0)), PROTOCOL_ERROR),
    Attack("R25", "empty DATA without an end", UPLOAD, same(frame(DATA, 0, 1)), PROTOCOL_ERROR),
    Attack("R26", "PRIORITY for ever", OPENING, same(frame(PRIORITY, 0, 1, b"\0\0\0\0\x10")), PROTOCOL_ERROR),
    Attack("R26", "WINDOW_UPDATE for ever", OPENING, same(frame(WINDOW, 0, 0, b"\0\0\0\x01")), PROTOCOL_ERROR),
    Attack("R27", "DATA of one byte", UPLOAD, same(frame(DATA, 0, 1, b"x")), "downstream_rq_total",
           is_closed=False),
    Attack("R28", "requests behind a shut window", PREFACE + frame(SETTINGS, 0, 0, b"\0\x04\0\0\0\0"),
           per_stream(_get), PROTOCOL_ERROR, reads=False),
    Attack("R29", "requests that are reset at once", OPENING, per_stream(_resets), PROTOCOL_ERROR),
    Attack("R29", "requests that we are made to reset", OPENING, per_stream(_made_resets), PROTOCOL_ERROR),
    Attack("R31", "SETTINGS of 100 entries", PREFACE, same(frame(SETTINGS, 0, 0, b"\0\x04\0\x01\0\0" * 100)),
           PROTOCOL_ERROR),
    Attack("R32", "CONTINUATION for ever", OPENING + frame(HEADERS, 0, 1, GET),
           same(frame(CONTINUATION, 0, 1, literal(b"x", b"y"))), PROTOCOL_ERROR),
    Attack("R33", "cookies of one byte", OPENING,
           per_stream(lambda s: block(s, crumbs(GET, b"cookie"), END_STREAM)), "downstream_rq_4xx",
           is_closed=False),
    Attack("R33", "one long field, named 4,000 times", OPENING,
           per_stream(lambda s: block(s, table_bomb(GET), END_STREAM)), PROTOCOL_ERROR),
    Attack("R34", "the header table resized", OPENING,
           per_stream(lambda s: block(s, b"\x20\x3f\xe1\x1f" * 500 + GET, END_STREAM)), PROTOCOL_ERROR),
    Attack("R37", "frames of unknown types", OPENING, same(frame(UNKNOWN, 0, 0, b"x")), PROTOCOL_ERROR),
]
HTTP1 = [
    Attack("F30", "heads that never end", b"GET /sink HTTP/1.1\r\nHost: a\r\n", lambda _: b"X: y\r\n",
           "downstream_cx_total", connections=500, is_closed=False, is_slow=True),
    Attack("F30", "bodies that never end", b"POST /sink HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
           lambda _: b"1\r\nx\r\n", "downstream_rq_total", connections=500, is_closed=False, is_slow=True),
    Attack("F30", "responses that nobody reads", b"GET /sink?bytes=1000000 HTTP/1.1\r\nHost: a\r\n\r\n",
           lambda _: b"", "downstream_rq_total", connections=500, is_closed=False, reads=False, is_slow=True),
    Attack("F30", "connections that say nothing", b"", lambda _: b"", "downstream_cx_total",
           is_closed=False, is_slow=True, is_many=True),
]
ATTACKS = HTTP2 + HTTP1
