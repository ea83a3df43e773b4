"""The services behind a proxy: they keep what they see. Those of HTTP answer as the field x-answer of a request asks,
those of TCP are in tcp_services."""
import socket
import struct
import threading

from differential_parts import tcp_services
from differential_parts.tls import TlsDoor, met

HTTP_NAMES = ("one", "two", "three")
TLS_NAMES = ("secure", "mutual")  # over TLS; the latter wants to see a certificate
NOBODY = "refusing"  # whose port is kept, and listened on by nobody
FINAL_WAIT_SECONDS = 1


class Services:
    """One thread for each connection. Those requests are kept that come in whole, in the order in which they do; and
    TCP connections, when they have ended."""

    def __init__(self, certificates):
        self.ports = {}
        self._records = []
        self._changed = threading.Condition()
        for name in HTTP_NAMES:
            self._listen(name, self._serve_http)
        for name in tcp_services.NAMES:
            self._listen(name, self._serve_tcp)
        for name in TLS_NAMES:
            self._listen(name, TlsDoor(certificates, name == "mutual").opening(self._serve_http))
        self._listen("tcp_secure", TlsDoor(certificates, False).opening(self._serve_tcp))
        self._nobody = socket.socket()
        self._nobody.bind(("127.0.0.1", 0))
        self.ports[NOBODY] = self._nobody.getsockname()[1]

    def _listen(self, name, serve):
        listening = socket.create_server(("127.0.0.1", 0))
        self.ports[name] = listening.getsockname()[1]
        threading.Thread(target=self._accept, args=(name, listening, serve), daemon=True).start()

    def take(self, count):
        """What was seen since the last time; waits until it is `count` if that is not -1."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._records) >= count, FINAL_WAIT_SECONDS)
            taken, self._records = self._records, []
            return taken

    def _record(self, record):
        with self._changed:
            self._records.append(record)
            self._changed.notify_all()

    @staticmethod
    def _accept(name, listening, serve):
        while True:
            connection, _ = listening.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=serve, args=(name, connection), daemon=True).start()

    def _serve_tcp(self, name, connection):
        with connection:
            self._record({"service": name, **tcp_services.serve(name, connection), "tls": met(connection)})

    def _serve_http(self, name, connection):
        try:
            with connection, connection.makefile("rb") as reader:
                while self._answer_one(name, connection, reader):
                    pass
        except OSError:
            pass  # the proxy has gone away, as it is asked to

    def _answer_one(self, name, connection, reader):
        line = reader.readline()
        if not line:
            return False
        fields = read_fields(reader)
        values = {key.lower(): value for key, value in fields}
        body = read_body(reader, values)
        if body is None:
            return False
        self._record({"service": name, "line": line.decode("latin-1").rstrip(), "fields": fields, "body": body,
                      "tls": met(connection)})
        return answer(name, connection, line.split()[0], values)


def read_fields(reader):
    fields = []
    while (field := reader.readline().decode("latin-1").rstrip("\r\n")):
        name, _, value = field.partition(":")
        fields.append((name, value.strip()))
    return fields


def read_body(reader, values):
    """The bytes, and the trailers where there are some; None when it ends too early."""
    if "chunked" not in values.get("transfer-encoding", ""):
        length = int(values.get("content-length", "0"))
        body = reader.read(length)
        return body.decode("latin-1") if len(body) == length else None
    body = b""
    while (length := int(reader.readline().split(b";")[0] or b"0", 16)):
        body += reader.read(length)
        reader.readline()
    trailers = read_fields(reader)
    return body.decode("latin-1") + (f" trailers {trailers}" if trailers else "")


def answer(name, connection, method, values):
    """False ends the connection."""
    wish, _, detail = values.get("x-answer", "200").partition(" ")
    if values.get("upgrade") or method == b"CONNECT":
        return answer_tunnel(connection, method, values)
    if wish == "never":
        connection.recv(1)
        return False
    if wish == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
    if wish == "part":  # of a body, and then nothing more
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhello")
        connection.recv(1)
        return False
    if wish == "trailers":
        connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
                           b"X-End: done\r\n\r\n")
        return True
    body = b"" if wish in ("204", "304") else f"from {name}".encode()
    length = f"content-length: {len(body)}\r\n" if wish not in ("204", "304") else ""
    further = "".join(field.strip() + "\r\n" for field in detail.split(";") if field)
    head = f"HTTP/1.1 {wish} Answer\r\n{length}x-service: {name}\r\n{further}\r\n"
    connection.sendall(head.encode("latin-1") + (b"" if method == b"HEAD" else body))
    return True


def answer_tunnel(connection, method, values):
    """What comes out of the tunnel goes back into it, once."""
    if method == b"CONNECT":
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    else:
        connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n"
                           b"upgrade: %s\r\n\r\n" % values["upgrade"].encode())
    connection.sendall(b"echo " + connection.recv(100))
    return False
