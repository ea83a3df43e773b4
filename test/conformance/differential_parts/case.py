"""What a generator gives: a listener's configuration, and the requests that tell whether it is obeyed."""
import dataclasses
import random


class Draw(random.Random):
    """Where generators take their words from. Each field has its own, so that one more field changes no other."""

    def word(self):
        return "".join(self.choices("abcdefghijklmnopqrstuvwxyz", k=self.randint(3, 8)))

    def words(self, count):
        """Distinct, and none of them the start of another one."""
        found = []
        while len(found) < count:
            word = self.word()
            if not any(word.startswith(other) or other.startswith(word) for other in found):
                found.append(word)
        return found

    def path(self):
        return "/" + "/".join(self.words(self.randint(1, 3)))


@dataclasses.dataclass
class Request:
    """One that any client can send, over HTTP/1 and HTTP/2."""
    path: str = "/"
    headers: tuple = ()  # of (name, value)
    method: str = "GET"
    host: str = "a.test"
    body: bytes = b""
    scheme: str = "http"  # said over HTTP/2 alone
    records: int = -1  # how many times services see it; -1: nothing more than its answer is waited for

    def head(self):
        fields = [("host", self.host), *self.headers]
        if self.body and not any(name.lower() in ("content-length", "transfer-encoding")
                                 for name, _ in self.headers):
            fields.append(("content-length", str(len(self.body))))
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields)]
        return "".join(line + "\r\n" for line in lines).encode("latin-1") + b"\r\n"

    def __str__(self):
        return repr(self.head() + self.body)


@dataclasses.dataclass
class Raw:
    """Bytes of HTTP/1 on one connection, in `parts`: each but the first is sent after an answer."""
    parts: tuple
    until_end: bool = False  # waits until the proxy ends the connection

    def __str__(self):
        return " ... ".join(map(repr, self.parts))


@dataclasses.dataclass
class Talk:
    """Words on one TCP connection, in `steps`; tcp_services tells what services make of the lines.

    Bytes are sent, and behind a whole line another one is waited for; GREETING waits for one that nobody asked for. END
    waits for the end of what the other side says, FINISH says our own, RESET resets the connection."""
    steps: tuple
    source: str = ""  # the address that it comes from; "": any
    has_own_port: bool = False  # comes from "SOURCE PORT" of the configuration
    to: str = "127.0.0.1"
    records: int = 1

    def __str__(self):
        origin = f" from {self.source}" if self.source else " from its own port" if self.has_own_port else ""
        return f"TCP{origin} to {self.to}: " + " ... ".join(map(str, self.steps))


GREETING, END, FINISH, RESET = "greeting", "end", "finish", "reset"


@dataclasses.dataclass
class Tls:
    """How the clients of a case speak TLS: the names of certificates are those that `certificates` issues."""
    certificate: str = ""  # that they show; "": none
    server_name: str = "a.test"
    version_max: str = "TLSv1_3"
    ciphers: str = ""  # of TLS 1.2, in openssl's words; "": its own ones


@dataclasses.dataclass
class TcpCase:
    """One listener with TCP proxies. `chains` are filter chains whose filters are the case's and a TCP proxy with the
    fields `tcp`; so is `otherwise`, for the connections that no chain matches."""
    requests: list
    chains: list
    otherwise: dict = None
    filters: list = dataclasses.field(default_factory=list)  # before the TCP proxy
    listener: dict = dataclasses.field(default_factory=dict)
    clusters: dict = dataclasses.field(default_factory=dict)  # of its own: name -> (names of services, further fields)
    log_format: dict = None
    tls: Tls = None  # None: plaintext
    by_xds: bool = False
    versions: tuple = ("",)


def tcp(to="tcp_one", **fields):
    """A chain to a cluster."""
    return {"name": "chain", "tcp": {"cluster": to, **fields}}


@dataclasses.dataclass
class Case:
    """One listener with one HTTP connection manager. What is not given is as `bootstrap` has it."""
    requests: list
    routes: list = None  # of the one virtual host for all domains; None: everything goes to service one
    hosts: list = None  # all virtual hosts, instead
    host: dict = dataclasses.field(default_factory=dict)  # further fields of the one virtual host,
    table: dict = dataclasses.field(default_factory=dict)  # of the route configuration,
    hcm: dict = dataclasses.field(default_factory=dict)  # of the connection manager
    filters: list = dataclasses.field(default_factory=list)  # before the router
    versions: tuple = (1, 2)  # of HTTP, for each Request
    chain: dict = dataclasses.field(default_factory=dict)  # further fields of the filter chain
    clusters: dict = dataclasses.field(default_factory=dict)  # these and those below are as in TcpCase
    log_format: dict = None
    tls: Tls = None
    by_xds: bool = False  # listener and routes come from a control plane
    scoped_routes: dict = None  # instead of one route configuration


def named(request, version):
    """What `about` of a difference is looked for in."""
    return f"HTTP/{version} {request}" if version else str(request)


def get(path="/", host="a.test", **headers):
    """x_name="value" is the header x-name."""
    return Request(path, tuple((name.replace("_", "-"), value) for name, value in headers.items()), host=host)


def forward(match, to="one", **action):
    """A route to a cluster; `match` is a RouteMatch, or its prefix."""
    return {"match": {"prefix": match} if isinstance(match, str) else match, "route": {"cluster": to, **action}}


def direct(match, status, body=""):
    """A route that answers."""
    return {"match": {"prefix": match} if isinstance(match, str) else match,
            "direct_response": {"status": status, **({"body": {"inline_string": body}} if body else {})}}


def whole(match, to="one", **fields):
    """A route to a cluster with further fields of the route itself."""
    return {**forward(match, to), **fields}
