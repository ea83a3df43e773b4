"""Routes and endpoints pushed while wrk goes as fast as it can: no error, and no connection made or lost."""
import itertools
import time
import urllib.request

from bench_parts.swap_world import ROUTES
from bench_parts.wrk import Wrk
from scenario import report
from scenario.load import Load
from scenario.waiting import wait_for

PATH = "/?bytes=128"
STEADY_RATE = 2000
WATCHED = [("http.ingress.", "downstream_cx_total"), ("cluster.service.", "upstream_cx_total")]


class Pusher:
    """Each round changes a header value and a timeout of the routes, and the weights of the endpoints."""

    def __init__(self, world):
        self._world = world
        self._numbers = itertools.count(1)
        self.last = 0

    def rounds(self, count):
        """Returns (seconds, distinct versions accepted)."""
        mark, start = self._world.control.mark(), time.monotonic()
        for _ in range(count):
            self.last = next(self._numbers)
            self._world.push(self._change, "routes", "endpoints")
        seconds = time.monotonic() - start
        return seconds, len({(kind, version) for _, verdict, kind, version, _, _ in
                             self._world.control.verdicts(mark) if verdict == "accepted"})

    def weights(self):
        """Never the same twice: a version is a hash of the content."""
        return 1 + self.last, 2000 - self.last

    def _change(self):
        resources = self._world.resources
        resources.set(ROUTES, ROUTE_VERSION=self.last, ROUTE_TIMEOUT=f"{10 + self.last % 10}s")
        self._world.set_weights(*self.weights())


def _warm(world):
    """More upstream connections to each endpoint than the load can ever need at once."""
    for weights in ((100, 1), (1, 100), (50, 50)):
        world.push(lambda pair=weights: world.set_weights(*pair), "endpoints")
        Wrk(world.port, world.folder, 1, connections=256, path=PATH).outcome()


def _counts(world):
    return {name: world.proxy.sum_of(prefix, name) for prefix, name in WATCHED}


def _start_wrk(world):
    wrk = world.keep(Wrk(world.port, world.folder, path=PATH))
    start = world.proxy.sum_of("http.ingress.", "downstream_rq_completed")
    wait_for("the load", lambda: world.proxy.sum_of(
        "http.ingress.", "downstream_rq_completed") > start + 5000)
    return wrk


def _finish(world, wrk):
    outcome = wrk.finish()
    world.processes.remove(wrk)
    return outcome


def _check_in_force(world, pusher, figures):
    with urllib.request.urlopen(f"http://127.0.0.1:{world.port}{PATH}", timeout=5) as answer:
        seen = answer.headers["x-route-version"]
    weight = next(line.rsplit("::", 1)[1] for line in world.proxy.get("/clusters").splitlines()
                  if line.startswith(f"service::127.0.0.1:{world.services[0].port}::weight::"))
    figures.require("what was pushed last is in force",
                    (seen, weight) == (str(pusher.last), str(pusher.weights()[0])),
                    f"route version {seen}, weight {weight}")


def measure(world, figures, pushes, is_quick):
    report.heading(f"{pushes} changes of the routes and {pushes} of the endpoints, "
                   "64 connections at full speed")
    _warm(world)
    quiet = Wrk(world.port, world.folder, 3 if is_quick else 10, path=PATH).outcome()
    pusher = Pusher(world)
    wrk = _start_wrk(world)
    before = _counts(world)
    seconds, versions = pusher.rounds(pushes)
    after = _counts(world)
    busy = _finish(world, wrk)
    figures.require("versions accepted, each waited for", versions >= 2 * pushes, versions)
    _check_in_force(world, pusher, figures)
    figures.show("  pushes per second", f"{versions / seconds:.1f}", "",
                 "the control plane gathers changes for 30 ms")
    figures.check("errors", busy.errors, 0, digits=0)
    figures.show("  requests", report.counted(busy.requests))
    for _, name in WATCHED:
        figures.check(f"new ones in {name}", after[name] - before[name], 0, digits=0)
    figures.show("  requests per second with / without", f"{busy.rate:,.0f} / {quiet.rate:,.0f}")
    figures.show("  p99 with / without", f"{busy.p99_us:,.0f} / {quiet.p99_us:,.0f}", "µs",
                 "of a load that waits for its answers")
    _steady(world, pusher, figures, 40 if is_quick else 250)


def _steady(world, pusher, figures, rounds):
    """A load that does not wait for a slow proxy: its latency counts from when a request was due (B-6)."""
    p99 = {}
    for name in ("without", "with"):
        load = world.keep(Load(world.binary("outrigger-load"), world.port, STEADY_RATE, world.folder,
                               f"load-{name}", ["--path", PATH]))
        if name == "with":
            pusher.rounds(rounds)
        else:
            load.wait_for_more(STEADY_RATE * rounds // 30)
        load.end(60)
        world.processes.remove(load)
        p99[name] = load.counts["latency_us"]["p99"]
        figures.require(f"every answer right, {name} pushes", load.failed() == 0,
                        load.counts["failures"] or f"{report.counted(load.answered())} requests")
    figures.show(f"  p99 with / without at {STEADY_RATE} a second",
                 f"{p99['with']} / {p99['without']}", "µs", "from when a request was due")
