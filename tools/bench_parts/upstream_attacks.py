"""What a hostile service answers: at once, to each request, and from then on for ever."""
import dataclasses

from bench_parts.frames import (
    CONTINUATION, DATA, EARLY_HINTS, END_HEADERS, END_STREAM, GOAWAY, HEADERS, OK, PING, PRIORITY, PUSH, RST,
    SETTINGS, UNKNOWN, WINDOW, block, crumbs, frame, literal, same, table_bomb)

OPENING = frame(SETTINGS, 0, 0)
PROTOCOL_ERROR = "upstream_cx_protocol_error"
RESET = "upstream_rq_rx_reset"
GIVEN_UP = "upstream_rq_timeout"
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def _nothing(_):
    return b""


@dataclasses.dataclass
class UpstreamAttack:
    rule: str
    what: str
    answer: object            # (stream) -> bytes, for each request; HTTP/1 has one stream
    more: object              # (numbers) -> bytes, from the first request on, as many as are taken
    counter: str              # of the cluster: what tells of it
    opening: bytes = OPENING  # at once; of HTTP/1, which has none, b""
    is_closed: bool = True    # the proxy ends such connections; else it bounds what they cost
    reads: bool = True        # takes what the proxy sends
    closes: bool = False      # after each answer
    is_slow: bool = False     # a little now and then

    @property
    def is_http2(self):
        return self.opening != b""


def _head(stream):
    return frame(HEADERS, END_HEADERS, stream, OK)


def _reset(stream):
    return frame(RST, 0, stream, b"\0\0\0\x07")  # REFUSED_STREAM


def _http1(rule, what, answer, more, counter, **options):
    return UpstreamAttack(rule, what, lambda _: answer, more, counter, opening=b"", **options)


HTTP2 = [
    UpstreamAttack("R24", "PING for ever, nothing read", _nothing, same(frame(PING, 0, 0, b"pingpong")),
                   PROTOCOL_ERROR, reads=False),
    UpstreamAttack("R24", "SETTINGS for ever", _nothing, same(OPENING), PROTOCOL_ERROR),
    UpstreamAttack("R25", "empty DATA without an end", _head, same(frame(DATA, 0, 1)), PROTOCOL_ERROR),
    UpstreamAttack("R26", "PRIORITY for ever", _nothing, same(frame(PRIORITY, 0, 1, b"\0\0\0\0\x10")),
                   PROTOCOL_ERROR),
    UpstreamAttack("R26", "WINDOW_UPDATE for ever", _nothing, same(frame(WINDOW, 0, 0, b"\0\0\0\x01")),
                   PROTOCOL_ERROR),
    UpstreamAttack("R27", "DATA of one byte", _head, same(frame(DATA, 0, 1, b"x")), GIVEN_UP, is_closed=False),
    UpstreamAttack("R29", "each request reset", _reset, _nothing, RESET, is_closed=False),
    UpstreamAttack("R31", "SETTINGS of 100 entries", _nothing,
                   same(frame(SETTINGS, 0, 0, b"\0\x04\0\x01\0\0" * 100)), PROTOCOL_ERROR),
    UpstreamAttack("R32", "CONTINUATION for ever", lambda stream: frame(HEADERS, 0, stream, OK),
                   lambda _: frame(CONTINUATION, 0, 1, literal(b"x", b"y")) * 200, PROTOCOL_ERROR),
    UpstreamAttack("R33", "4,000 fields", lambda stream: block(stream, crumbs(OK, b"x"), END_STREAM), _nothing,
                   PROTOCOL_ERROR),
    UpstreamAttack("R33", "one long field, named 4,000 times",
                   lambda stream: block(stream, table_bomb(OK), END_STREAM), _nothing, PROTOCOL_ERROR),
    UpstreamAttack("R34", "the header table resized",
                   lambda stream: block(stream, b"\x20\x3f\xe1\x1f" * 500 + OK, END_STREAM), _nothing,
                   "upstream_rq_2xx", is_closed=False),
    UpstreamAttack("R37", "frames of unknown types", _nothing, same(frame(UNKNOWN, 0, 0, b"x")), PROTOCOL_ERROR),
    UpstreamAttack("R13", "103 for ever", _nothing, same(frame(HEADERS, END_HEADERS, 1, EARLY_HINTS)),
                   "upstream_rq_tx_reset", is_closed=False),
    UpstreamAttack("R35", "GOAWAY at once", _nothing, _nothing, "upstream_cx_destroy_local",
                   opening=OPENING + frame(GOAWAY, 0, 0, b"\0\0\0\0\0\0\0\0")),
    UpstreamAttack("R35", "no streams allowed", _nothing, _nothing, GIVEN_UP,
                   opening=frame(SETTINGS, 0, 0, b"\0\x03\0\0\0\0"), is_closed=False),
    UpstreamAttack("F15", "promises that nobody asked for",
                   lambda stream: frame(PUSH, END_HEADERS, stream, b"\0\0\0\x02" + OK), _nothing, PROTOCOL_ERROR),
]
HTTP1 = [
    _http1("R13", "103 for ever", b"", same(b"HTTP/1.1 103 Early Hints\r\n\r\n"), PROTOCOL_ERROR),
    _http1("F15", "a head that never ends", HEAD, same(b"X: y\r\n"), PROTOCOL_ERROR),
    _http1("F15", "a line that never ends", HEAD + b"X: ", same(b"y" * 100), PROTOCOL_ERROR),
    _http1("R7", "a chunk's extension that never ends", CHUNKED + b"1;x=", same(b"y" * 100), PROTOCOL_ERROR),
    _http1("R5", "chunks that are none", CHUNKED + b"zz\r\n", same(b"zz\r\n"), PROTOCOL_ERROR),
    _http1("R7", "chunks of one byte", CHUNKED, same(b"1\r\nx\r\n"), GIVEN_UP, is_closed=False),
    _http1("F15", "trailers that never end", CHUNKED + b"0\r\n", same(b"X: y\r\n"), PROTOCOL_ERROR),
    _http1("R11", "answers that nobody asked for", HEAD + b"Content-Length: 0\r\n\r\n",
           same(HEAD + b"Content-Length: 0\r\n\r\n"), "upstream_cx_destroy_local"),
    _http1("F15", "a body that never ends", HEAD + b"\r\n", same(b"x" * 1000), GIVEN_UP),
    _http1("F15", "an end in the midst of a body", HEAD + b"Content-Length: 1000\r\n\r\nx", _nothing,
           "upstream_cx_destroy_remote_with_active_rq", is_closed=False, closes=True),
    _http1("F30", "an answer of one byte a second", HEAD + b"Content-Length: 1000\r\n\r\n", lambda _: b"x",
           GIVEN_UP, is_slow=True),
    _http1("F30", "no answer", b"", _nothing, GIVEN_UP),
]
UPSTREAM_ATTACKS = HTTP2 + HTTP1
