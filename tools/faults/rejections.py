"""A control plane that says what cannot be taken: among what can, and again and again."""
import dataclasses
import time

from faults import content
from faults.traffic import Traffic
from scenario.waiting import ScenarioFailure, wait_for

GOOD_AMONG_BAD = 500
NESTING = 40  # of a Struct: three messages each, more than anybody reads
RESENDS_PER_S = 1000  # at most: each for a NACK


def _require(condition, text):
    if not condition:
        raise ScenarioFailure(text)


def _metadata_cluster(name, value):
    return (f"- {{name: {name}, type: STATIC, connect_timeout: 1s, metadata: {{filter_metadata: {{faults: "
            f"{{value: {value}}}}}}}}}\n")


def _bad_clusters():
    """(name, what is said of it, its text)."""
    zero = "connect_timeout: must be more than 0s"
    nested = "{a: " * NESTING + "1" + "}" * NESTING
    return [*((f"bad-{place}", zero, "- " + content.bad("clusters", f"bad-{place}")) for place in (0, 250, 499)),
            ("bad-nested", "resource cannot be parsed", _metadata_cluster("bad-nested", nested)),
            ("bad-large", "resource is larger than 16 MiB", _metadata_cluster("bad-large", "x" * (17 << 20)))]


def bad_among_good(world, size):
    """F4: bad clusters among 500 good ones and one of 4 MB: those alone are refused, by name and field; routes
    with an expression that is none, and then without a domain: what was there serves on."""
    world.start()
    traffic = Traffic(world, size.rate)
    bad = [each for each in _bad_clusters() if len(each[2]) < size.large_mb << 20]
    texts = ["- " + content.cluster(f"good-{number}") for number in range(GOOD_AMONG_BAD)]
    for index, (_, _, text) in enumerate(bad):
        texts.insert(index * GOOD_AMONG_BAD // len(bad), text)
    texts.append(_metadata_cluster("good-large", "x" * (min(4, size.large_mb // 5) << 20)))
    mark = world.control.mark()
    world.write("clusters", "many", "".join(texts))

    def refused():  # in several responses, by the delta protocol
        return " ".join(verdict[5] or "" for verdict in world.control.verdicts(mark))
    for name, reason, _ in bad:
        wait_for(f"{name} to be refused: {reason}", lambda text=f"{name}: {reason}": text in refused(), seconds=300)
    _require("good" not in refused(), f"refused: {refused()}")
    wait_for("the good ones", lambda: world.proxy.stats()["cluster_manager.cluster_added"]
             == GOOD_AMONG_BAD + 3)
    for routes, field in (("routes: [{match: {safe_regex: {regex: '('}}, route: {cluster: service}}], domains: ['*']",
                           "virtual_hosts[0].routes[0].match.safe_regex"), ("routes: []", "virtual_hosts[0].domains")):
        text = f"{{name: main, virtual_hosts: [{{name: v, {routes}}}]}}"
        refused = world.push(lambda text=text: world.write("routes", "main", text), "routes",
                             refusable=f"main: {field}")
        _require("routes" in refused, f"routes with a bad {field} were taken")
    traffic.wait_for_more(20)
    traffic.check_kept()
    return "refused by name, the others apply"


@dataclasses.dataclass
class Storm:
    """Of one kind: `bad` versions one after the other, each refused for another reason; then `good` ends it."""
    kind: str
    name: str
    counter: str
    bad: tuple
    good: object  # called without arguments


def _storms(world):
    ports = [service.port for service in world.services]
    running = content.endpoints("service", ports)
    return [
        Storm("clusters", "bad-cluster", "cluster_manager.cds.update_rejected",
              (content.bad("clusters", "bad-cluster"), "{name: bad-cluster, type: EDS}\n"),
              lambda: world.remove("clusters", "bad-cluster")),
        Storm("endpoints", "service", "cluster.service.update_rejected",
              (content.bad("endpoints", "service"), running.replace("127.0.0.1", "nowhere")),
              lambda: world.write("endpoints", "service", running)),
        Storm("routes", "main", "http.http.rds.main.update_rejected",
              (content.bad("routes", "main"), "{name: main, virtual_hosts: [{name: v, domains: [a, a]}]}\n"),
              lambda: world.write("routes", "main", content.routes("main", "service", 1))),
        Storm("listeners", "bad-listener", "listener_manager.lds.update_rejected",
              (content.bad("listeners", "bad-listener"), content.http_listener("bad-listener", 70_000, "main")),
              lambda: world.remove("listeners", "bad-listener"))]


class Window:
    """How busy the proxy was since then."""

    def __init__(self, world):
        self._world, self._since, self._cpu = world, time.monotonic(), world.proxy.cpu_ns()

    def seconds(self):
        return time.monotonic() - self._since

    def share(self):
        return (self._world.proxy.cpu_ns() - self._cpu) / (self.seconds() * 1e9)


def _rejections(world, kind, mark):
    return sum(verdict[1:3] == ("rejected", kind) for verdict in world.control.verdicts(mark))


def _lines(world, storm):
    return [line for line in world.proxy.lines if f" {storm.name}: " in line and " is rejected: " in line]


def _endure(world, storm, text, resends):
    """One bad version of it, until it was refused that often. Returns (how busy the proxy was, times a second)."""
    counted, lines = world.proxy.stats().get(storm.counter, 0), len(_lines(world, storm))
    mark, window = world.control.mark(), Window(world)
    world.write(storm.kind, storm.name, text)
    wait_for(f"{storm.kind} to be refused {resends} times",
             lambda: _rejections(world, storm.kind, mark) >= resends, seconds=300, step=0.2)
    share, rate = window.share(), _rejections(world, storm.kind, mark) / window.seconds()
    grown = world.proxy.stats().get(storm.counter, 0) - counted
    _require(grown >= resends, f"{storm.counter} has grown by {grown}, not by {resends}")
    told = len(_lines(world, storm)) - lines
    _require(told == 1, f"{storm.kind} {storm.name}: {told} lines in the log for one change")
    return share, rate


def _end(world, storm, traffic):
    """A good version is taken, and then there is nothing to be refused."""
    mark = world.control.mark()
    storm.good()
    wait_for(f"{storm.kind} to be taken", lambda: any(
        verdict[1:3] == ("accepted", storm.kind) for verdict in world.control.verdicts(mark)))
    mark = world.control.mark()
    traffic.wait_for_more(20)
    _require(_rejections(world, storm.kind, mark) == 0, f"{storm.kind} are refused though they are good")


def endure_storms(world, rate, resends):
    """Returns (share of a core without a storm, the largest with one, the lowest rate of resends)."""
    world.control_arguments = ["--resend-rejected", str(RESENDS_PER_S)]
    world.start()
    traffic = Traffic(world, rate)
    quiet = Window(world)
    traffic.wait_for_more(100)
    rest, shares, rates = quiet.share(), [], []
    for storm in _storms(world):
        for text in storm.bad:
            share, rate = _endure(world, storm, text, resends)
            shares.append(share)
            rates.append(rate)
        _end(world, storm, traffic)
    traffic.check_kept()
    return rest, max(shares), min(rates)


def nack_storm(world, size):
    """F5: the same bad version again for each NACK, of each kind: refused each time, but not as often as the
    control plane would like, told of once, and nobody else notices."""
    rest, share, rate = endure_storms(world, size.rate, size.resends)
    return f"at least {rate:.0f} a second, {share:.1%} of a core with the traffic, {rest:.1%} without a storm"
