"""The requests of the access log comparison, and the service that answers them as their paths say."""
import http.client
import socket
import struct
import threading

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Kind: a\"b\\c\r\n\r\nhello"


class Service:
    """One thread for each connection; what it does is said by the first letters of the path."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            connection, _ = self.socket.accept()
            threading.Thread(target=self._serve_quietly, args=(connection,), daemon=True).start()

    def _serve_quietly(self, connection):
        try:
            self._serve(connection)
        except OSError:
            pass  # the other side has reset it, as it is asked to

    def _serve(self, connection):
        with connection, connection.makefile("rb") as reader:
            while True:
                line = reader.readline()
                if not line:
                    return
                length = 0
                while (field := reader.readline().strip()):
                    if field.lower().startswith(b"content-length:"):
                        length = int(field.split(b":")[1])
                reader.read(length)
                if not self._answer(connection, line.split()[1].decode()):
                    return

    @staticmethod
    def _answer(connection, path):
        if path.startswith("/reset"):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if path.startswith("/partial"):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello")
            return False
        if path.startswith("/garbage"):
            connection.sendall(b"this is no response\r\n\r\n")
            return False
        if path.startswith("/slow"):
            connection.recv(1)
            return False
        if path.startswith("/trailers"):
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                               b"Trailer: x-end\r\n\r\n5\r\nhello\r\n0\r\nx-end: done\r\n\r\n")
            return True
        if path.startswith("/error"):
            connection.sendall(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")
            return True
        connection.sendall(ANSWER)
        return True


def simple(path, method="GET", headers=(), body=None):
    def run(port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request(method, path, body, {"User-Agent": "test/1", **dict(headers)})
        try:
            connection.getresponse().read()
        except (http.client.HTTPException, OSError):
            pass
        connection.close()
    return run


def raw(head, closes_at_once=False):
    """Bytes as they are; then the client waits for the end, or goes away."""
    def run(port):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as peer:
            peer.sendall(head)
            if closes_at_once:
                peer.settimeout(0.3)
                try:
                    peer.recv(100)
                except TimeoutError:
                    pass
                return
            try:
                while peer.recv(65536):
                    pass
            except OSError:
                pass
    return run


GRPC = {"content-type": "application/grpc", "te": "trailers"}
# name -> what the client does
HTTP_REQUESTS = {
    "ok": simple("/ok?a=b"),
    "post": simple("/ok", "POST", body=b"12345678"),
    "head": simple("/ok", "HEAD"),
    "http10": raw(b"GET /ok HTTP/1.0\r\nHost: a\r\n\r\n"),
    "forwarded": simple("/ok", headers={"X-Forwarded-For": "10.1.2.3, 10.4.5.6"}),
    "long_field": simple("/ok", headers={"User-Agent": "x" * 100}),
    "quotes": simple("/ok", headers={"User-Agent": "a\"b\\c <d> 'e'\tf"}),
    "latin1": raw(b"GET /ok HTTP/1.1\r\nHost: a\r\nUser-Agent: caf\xe9 \"x\"\r\nConnection: close\r\n\r\n"),
    "utf8": raw("GET /ok HTTP/1.1\r\nHost: a\r\nUser-Agent: café \U0001F600\r\nConnection: close\r\n\r\n"
                .encode()),
    "rewritten": simple("/rewritten/x?y"),
    "trailers": simple("/trailers"),
    "upstream_error": simple("/error"),
    "no_route": simple("/nowhere"),
    "direct": simple("/direct"),
    "redirect": simple("/redirect"),
    "no_cluster": simple("/no-cluster"),
    "no_endpoint": simple("/no-endpoint"),
    "refused": simple("/refused"),
    "upstream_reset": simple("/reset", "POST", body=b"x"),
    "upstream_partial": simple("/partial"),
    "upstream_garbage": simple("/garbage", "POST", body=b"x"),
    "route_timeout": simple("/slow/timeout"),
    "grpc_no_route": simple("/nowhere", "POST", GRPC, b""),
    "grpc_refused": simple("/refused", "POST", GRPC, b""),
    "upgrade_refused": simple("/ok", headers={"Connection": "Upgrade", "Upgrade": "websocket"}),
    "client_gone": raw(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n", closes_at_once=True),
    "client_gone_in_body": raw(b"POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
                               closes_at_once=True),
    "bad_line": raw(b"NONSENSE\r\n\r\n"),
    "bad_field": raw(b"GET /ok HTTP/1.1\r\nHost: a\r\nb c: d\r\n\r\n"),
    "bad_length": raw(b"GET /ok HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"),
    "bad_chunk": raw(b"POST /slow HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "no_host": raw(b"GET /ok HTTP/1.1\r\n\r\n"),
    "large_head": raw(b"GET /ok HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 62000 + b"\r\n\r\n"),
    "head_timeout": raw(b"GET /ok HTTP/1.1\r\nHos"),
    "idle": raw(b"POST /slow/idle HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"),
}


def reset_by_client(port):
    """An answer, then a reset instead of an end."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as peer:
        peer.sendall(b"GET /ok HTTP/1.1\r\n\r\n")
        peer.recv(len(ANSWER))
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


SLOW = b"GET /slow HTTP/1.1\r\n\r\n"
# name -> cluster, other fields of the TCP proxy, what the client does
TCP_REQUESTS = {
    "tcp": ("service", {}, raw(b"GET /partial HTTP/1.1\r\n\r\n")),
    "tcp_client_gone": ("service", {}, raw(SLOW, closes_at_once=True)),
    "tcp_client_reset": ("service", {}, reset_by_client),
    "tcp_upstream_reset": ("service", {}, raw(b"GET /reset HTTP/1.1\r\n\r\n")),
    "tcp_refused": ("refused", {}, raw(SLOW)),
    "tcp_no_cluster": ("nobody", {}, raw(SLOW)),
    "tcp_no_endpoint": ("empty", {}, raw(SLOW)),
    "tcp_idle": ("service", {"idle_timeout": "0.2s"}, raw(SLOW)),
    "tcp_longest_life": ("service", {"max_downstream_connection_duration": "0.2s"}, raw(SLOW)),
}
