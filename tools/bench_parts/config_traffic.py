"""What traffic notices of pushes: its p99 while they come, and while as long nothing comes.

The worker has a core of its own; everything else shares the other one, this program and the control plane among
it. The load and the service go first there, so that what is measured is the worker, and not who else wanted that
core. Pushes and pauses take turns within one load, and the medians of many short spans are compared: this machine is
several times as slow for a moment now and then, and that must not decide."""
import bisect
import itertools
import os
import statistics
import time

from bench_parts.config_changes import CLUSTERS, Content
from bench_parts.config_world import ConfigWorld
from bench_parts.config_yaml import cluster_yaml, endpoints_yaml, listener_yaml, small_table_yaml
from bench_parts.machine import LOAD_CORE, PROXY_CORE, only_on, pinned, thread_ns, threads
from bench_parts.proxies import wait_open
from scenario import report
from scenario.load import Load
from scenario.processes import free_ports

RATIO_MAX = 1.2
WORKERS = {"outrigger": "worker_0", "envoy": "wrk:worker_0"}
PATH = "/?bytes=128"
CONNECTIONS = 16
PROBE_RATE, PROBE_S = 5_000, 3  # few enough for each to be on its own


def measure(build_folder, envoy, figures, scale, is_quick):
    seconds = 5 if is_quick else 60
    report.heading(f"traffic while one of {report.counted(CLUSTERS // scale)} clusters, one endpoint and one route "
                   "change, all by sotw")
    for name in WORKERS:
        with only_on(LOAD_CORE), ConfigWorld(build_folder, envoy, "GRPC", names=(name,), core=LOAD_CORE) as world:
            world.start()
            trial = Trial(world, scale)
            figures.show(f"{name}: half of what it can do", f"{trial.rate:,.0f}", "requests a second")
            _show(figures, name, trial, trial.run(seconds), is_bound=name == "outrigger" and not is_quick)


def _show(figures, name, trial, p99, is_bound):
    without, during = (statistics.median(kind) for kind in zip(*p99))
    seen = f"p99 {during:.0f} / {without:.0f} µs with / without, medians of {len(p99)} pushes"
    if is_bound:
        figures.check("  p99 with pushes to p99 without", during / without, RATIO_MAX, "x")
        figures.show("  ", "", "", seen)
    else:
        figures.show("  p99 with pushes to p99 without", f"{during / without:.2f}", "x", seen)
    figures.check(f"  {name}: failed requests", trial.failed, 0, digits=0)


class Trial:
    """One node with its configuration, a service behind it, and a load that takes half of what is possible."""

    def __init__(self, world, scale):
        self._world, self._content = world, Content(world, scale)
        self._turns = itertools.count(2)
        self.failed = 0
        self._service = world.start_service()
        _goes_first(self._service)
        self._port = free_ports(1)[0]
        self._write("endpoints/traffic.yaml", endpoints_yaml("traffic", 1, self._service.port))
        self._write("clusters/traffic.yaml", cluster_yaml("traffic", 1))
        self._write("listeners/traffic.yaml",
                    listener_yaml("traffic", small_table_yaml("traffic"), 60, self._port))
        self._content.fill()
        self._node = world.nodes[0]
        wait_open(self._node.process, self._port)
        self._worker = threads(self._node.process.pid)[WORKERS[self._node.name]]
        os.sched_setaffinity(self._worker, {PROXY_CORE})
        world.settle()
        self.rate = self._possible_rate() / 2

    def _write(self, path, text):
        self._world.resources.write(None, path, text)

    def run(self, seconds):
        """For each push (p99 in µs while nothing came, p99 while it came), from when requests were due."""
        latencies = os.path.join(self._world.folder, "latencies")
        load = self._start_load(self.rate, "--latencies", latencies)
        spans, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            begun = time.monotonic()
            self._push(next(self._turns))
            done = time.monotonic()
            time.sleep(done - begun)
            spans.append((begun, done, time.monotonic()))
        self._end(load)
        return _percentiles(latencies, spans)

    def _possible_rate(self):
        """Requests a second at which one of the cores would be full, by what one costs when it comes alone."""
        load = self._start_load(PROBE_RATE)
        time.sleep(1 / 2)
        before, started = self._core_ns(load), time.monotonic()
        time.sleep(PROBE_S)
        seconds = time.monotonic() - started
        share = max(now - then for now, then in zip(self._core_ns(load), before)) / (seconds * 1e9)
        self._end(load)
        return PROBE_RATE / share

    def _core_ns(self, load):
        """What traffic has used of either core."""
        return load.cpu_ns() + self._service.cpu_ns(), thread_ns(self._node.process.pid, self._worker)

    def _start_load(self, rate, *options):
        load = self._world.keep(Load(
            self._world.binary("outrigger-load"), self._port, rate, self._world.folder,
            self._world.next_name("load"), ["--connections", str(CONNECTIONS), "--path", PATH, *options],
            prefix=pinned(LOAD_CORE)))
        _goes_first(load)
        return load

    def _end(self, load):
        self._world.end(load)
        self.failed += load.failed()

    def _push(self, turn):
        change, kind = ((self._content.change_cluster, "clusters"), (self._content.change_endpoint, "endpoints"),
                        (self._content.change_route, "routes"))[turn % 3]
        self._world.push(lambda: change(2 + turn), kind)


def _percentiles(path, spans):
    """Of the requests that were due in each."""
    with open(path, encoding="ascii") as file:
        answers = sorted(tuple(map(int, line.split())) for line in file)
    due = [microseconds / 1e6 for microseconds, _ in answers]

    def p99(first, last):
        found = sorted(latency for _, latency in answers[bisect.bisect_left(due, first):bisect.bisect_left(due, last)])
        return found[len(found) * 99 // 100]
    return [(p99(done, rested), p99(begun, done)) for begun, done, rested in spans]


def _goes_first(process):
    """Before all others on its core, if we may."""
    try:
        os.sched_setscheduler(process.pid, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        print(f"  {process.name} may not go before others: figures are less exact")
