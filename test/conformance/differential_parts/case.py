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
    by_xds: bool = False  # listener and routes come from a control plane


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
