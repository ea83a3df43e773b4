"""Sends requests, byte for byte, and keeps what comes back: a list of answers, and how the connection ended."""
import contextlib
import socket
import ssl

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings

from differential_parts.case import Raw, Talk
from differential_parts.tcp_client import talk
from differential_parts.tls import met, secured

WAIT_SECONDS = 10


PROTOCOLS = {1: ["http/1.1"], 2: ["h2"], "": []}  # that are offered by ALPN


def send(ports, request, version, security):
    """What the client sees, as values that can be compared and printed. `ports`: of the listener and, for those that
    say so, of the client. `security`: the case's Tls, and the folder of certificates."""
    with contextlib.ExitStack() as open_ones:
        peer = open_ones.enter_context(_connected(ports, request))
        try:
            if security[0] is None:
                return _say(peer, request, version)
            peer = open_ones.enter_context(secured(peer, security[0], PROTOCOLS[version], security[1]))
            return [met(peer), *_say(peer, request, version)]
        except TimeoutError:
            return ["nothing for 10 s"]
        except ssl.SSLError as error:
            return [f"TLS {error.reason}"]
        except ConnectionError:
            return ["reset"]


def _say(peer, request, version):
    if isinstance(request, Talk):
        return talk(peer, request.steps)
    if isinstance(request, Raw):
        return _send_parts(peer, request.parts, request.until_end)
    if version == 2:
        return _Http2(peer).send(request)
    return _send_parts(peer, (request.head() + request.body,), False, request.method)


def _connected(ports, request):
    peer = socket.socket()
    peer.settimeout(WAIT_SECONDS)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if isinstance(request, Talk):
        peer.bind((request.source, ports[1] if request.has_own_port else 0))
    peer.connect((request.to if isinstance(request, Talk) else "127.0.0.1", ports[0]))
    return peer


def _send_parts(peer, parts, until_end, method="GET"):
    seen = []
    with peer.makefile("rb") as reader:
        for part in parts:
            peer.sendall(part)
            answer = _read_answer(reader, part.startswith(b"HEAD ") or method == "HEAD")
            seen.append(answer)
            if answer == "end":
                return seen
        if seen[-1]["status"].split(" ")[1:2] == ["101"]:
            peer.sendall(b"through the tunnel")
            until_end = True
        if until_end or _ends(seen[-1]):
            rest = reader.read()
            seen.append(f"end after {rest!r}" if rest else "end")
    return seen


def _ends(answer):
    fields = dict(answer["fields"])
    return fields.get("connection", "").lower() == "close"


def _read_answer(reader, is_head):
    """Of those before the final one, too. "end" where there is none."""
    status = reader.readline().decode("latin-1").rstrip()
    if not status:
        return "end"
    code = status.split(" ")[1] if " " in status else ""
    fields = _read_fields(reader)
    if code == "100":
        final = _read_answer(reader, is_head)
        return {**final, "before": [status, fields]} if isinstance(final, dict) else final
    values = {name.lower(): value for name, value in fields}
    body = b"" if is_head or code in ("101", "204", "304") else _read_body(reader, values)
    return {"status": status, "fields": fields, "body": body.decode("latin-1")}


def _read_fields(reader):
    fields = []
    while (line := reader.readline().decode("latin-1").rstrip("\r\n")):
        name, _, value = line.partition(":")
        fields.append((name, value.strip()))
    return fields


def _read_body(reader, values):
    if "chunked" in values.get("transfer-encoding", ""):
        body = b""
        while (line := reader.readline()) and (length := int(line, 16)):
            body += reader.read(length)
            reader.readline()
        return body + "".join(f" trailer {field}" for field in _read_fields(reader)).encode("latin-1")
    if "content-length" in values:
        return reader.read(int(values["content-length"]))
    return b""


class _Http2:
    """One request on a connection of its own."""

    def __init__(self, peer):
        self.peer = peer
        self.connection = h2.connection.H2Connection(h2.config.H2Configuration(
            header_encoding="latin-1", validate_outbound_headers=False, normalize_outbound_headers=False,
            validate_inbound_headers=False))
        self.connection.initiate_connection()
        self.answer = {"status": "", "fields": [], "body": ""}
        self.is_over = False

    def send(self, request):
        head = [(":method", request.method), (":scheme", request.scheme), (":authority", request.host),
                (":path", request.path)]
        head += [(name.lower(), value) for name, value in request.headers]
        self.connection.send_headers(1, head, end_stream=not request.body)
        if request.body:
            self.connection.send_data(1, request.body, end_stream=True)
        self._flush()
        while not self.is_over:
            received = self.peer.recv(65536)
            if not received:
                return [self.answer, "end"]
            try:
                for event in self.connection.receive_data(received):
                    self._on_event(event)
                self._flush()
            except h2.exceptions.ProtocolError:  # frames behind GOAWAY, which this library does not take
                return [self.answer, "goaway"]
        return [self.answer]

    def _flush(self):
        self.peer.sendall(self.connection.data_to_send())

    def _on_event(self, event):
        if isinstance(event, h2.events.ResponseReceived):
            fields = list(event.headers)
            self.answer["status"] = dict(fields).get(":status", "")
            self.answer["fields"] = [field for field in fields if field[0] != ":status"]
        elif isinstance(event, h2.events.InformationalResponseReceived):
            self.answer["before"] = list(event.headers)
        elif isinstance(event, h2.events.DataReceived):
            self.answer["body"] += event.data.decode("latin-1")
            self.connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.TrailersReceived):
            self.answer["trailers"] = list(event.headers)
        elif isinstance(event, h2.events.StreamReset):
            self.answer["reset"] = h2.errors.ErrorCodes(event.error_code).name
            self.is_over = True
        elif isinstance(event, h2.events.ConnectionTerminated):
            self.answer["goaway"] = int(event.error_code)
            self.is_over = event.last_stream_id == 0 or event.error_code != 0
        elif isinstance(event, h2.events.StreamEnded):
            self.is_over = True
