"""That all contenders do the same work: what one request brings from each of them, byte by byte (B-9)."""
import dataclasses
import socket
import ssl

from bench_parts.cases import SMALL
from bench_parts.path_world import HOST
from scenario import report

TIMEOUT_S = 5
HEAD_SPREAD_MAX = 256   # bytes: fields that each of them adds
WIRE_SPREAD_MAX = 1.25  # of what TLS brings in all


@dataclasses.dataclass
class Answer:
    head: bytes
    body: bytes
    wire: int = 0        # bytes from the proxy, those of TLS among them
    version: str = ""
    cipher: str = ""


def _request(path):
    return (f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nx-demo-id: parity\r\nConnection: close\r\n\r\n").encode()


def _split(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body


def _plain(port, path):
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S) as probe:
        probe.sendall(_request(path))
        answer = b""
        while piece := probe.recv(65536):
            answer += piece
    return Answer(*_split(answer), len(answer))


class _TlsProbe:
    """A client whose bytes on the wire are counted."""

    def __init__(self, port, certificates):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
        self.incoming, self.outgoing, self.wire = ssl.MemoryBIO(), ssl.MemoryBIO(), 0
        context = ssl.create_default_context(cafile=certificates.ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname=HOST)

    def do(self, what):
        """`what()`, with as many bytes from the wire as it needs."""
        while True:
            try:
                result = what()
                self.socket.sendall(self.outgoing.read())
                return result
            except ssl.SSLWantReadError:
                self.socket.sendall(self.outgoing.read())
                piece = self.socket.recv(65536)
                self.wire += len(piece)
                if piece:
                    self.incoming.write(piece)
                else:
                    self.incoming.write_eof()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""


def _secured(port, path, certificates):
    probe = _TlsProbe(port, certificates)
    with probe.socket:
        probe.do(probe.tls.do_handshake)
        probe.do(lambda: probe.tls.write(_request(path)))
        answer = b""
        while piece := probe.do(lambda: probe.tls.read(65536)):
            answer += piece
        return Answer(*_split(answer), probe.wire, probe.tls.version(), probe.tls.cipher()[0])


def _compare(kind, answers, table):
    """`answers` by contender."""
    problems = []
    first = next(iter(answers.values()))
    heads = [len(answer.head) for answer in answers.values()]
    wires = [answer.wire for answer in answers.values()]
    for name, answer in answers.items():
        report.row(f"  {kind}, {name}", f"{len(answer.head)} + {len(answer.body)} B",
                   f"{answer.wire} B on the wire {answer.version} {answer.cipher}")
        if not answer.head.startswith(b"HTTP/1.1 200 "):
            problems.append(f"{name} answers {answer.head[:40]!r}")
        if answer.body != first.body:
            problems.append(f"the body of {name} is another one")
        if (answer.version, answer.cipher) != (first.version, first.cipher):
            problems.append(f"{name} speaks {answer.version} {answer.cipher}")
    if max(heads) - min(heads) > HEAD_SPREAD_MAX:
        problems.append(f"heads of {min(heads)} to {max(heads)} bytes")
    if first.version and max(wires) > WIRE_SPREAD_MAX * min(wires):
        problems.append(f"{min(wires)} to {max(wires)} bytes on the wire")
    table.problems += [f"parity, {kind}: {problem}" for problem in problems]


def measure(world, table):
    """One answer of each; a difference that matters is a problem of the whole run."""
    report.heading("parity: one whole answer of each, head and body")
    contenders = world.all_contenders()
    _compare("plaintext", {each.name: _plain(each.port, SMALL) for each in contenders}, table)
    _compare("mutual TLS to the service",
             {each.name: _plain(each.ports["mutual"], SMALL) for each in contenders}, table)
    _compare("TLS", {each.name: _secured(each.ports["tls"], SMALL, world.certificates)
                     for each in contenders}, table)
