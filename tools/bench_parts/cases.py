"""What is compared: the kinds of work that all contenders do alike."""
import dataclasses

SMALL = "/?bytes=128"
STREAMS = ["--protocol", "http2", "--streams", "32", "--burst", "64"]


@dataclasses.dataclass
class Case:
    key: str
    title: str
    rate: int               # requests a second: well below what any of them can do
    at_most: dict = dataclasses.field(default_factory=dict)  # of a peer's CPU, by its name
    port: str = "plain"     # of Contender.ports
    path: str = SMALL
    connections: int = 64
    load: tuple = ()        # further arguments of the load client
    is_new: bool = False    # a connection for each request

    def arguments(self, certificates):
        """Of the load client."""
        tls = ["--tls-ca", certificates.ca] if self.port == "tls" else []
        new = ["--new-connections"] if self.is_new else []
        return ["--connections", str(self.connections), "--path", self.path, *self.load, *tls, *new]


CASES = [
    Case("keepalive-128", "HTTP/1, kept connections, 128 B", 10_000, {"nginx": 1.15, "envoy": 0.6}),
    Case("keepalive-16k", "HTTP/1, kept connections, 16 kB", 10_000, {"nginx": 1.15}, path="/?bytes=16384"),
    Case("keepalive-1m", "HTTP/1, kept connections, 1 MiB", 100, {"nginx": 1.15}, path="/?bytes=1048576"),
    Case("new", "HTTP/1, a connection for each request", 2_000, is_new=True),
    Case("h2", "HTTP/2, 8 connections, 64 streams at once", 10_000, {"nginx": 1.0}, "http2", connections=8,
         load=STREAMS),
    Case("tls", "HTTP/1 by TLS, kept connections", 10_000, {"nginx": 1.1}, "tls", connections=16),
    Case("tls-new", "HTTP/1 by TLS, a connection for each request", 500, port="tls", is_new=True),
    Case("tls-h2", "HTTP/2 by TLS, 8 connections, 64 streams at once", 10_000, port="tls", connections=8,
         load=STREAMS),
    Case("mutual", "HTTP/1, mutual TLS to the service", 10_000, port="mutual"),
]
