"""What traffic notices of pushes: its p99 with and without them, in windows that take turns.

The worker has a core of its own; everything else shares the other one, where the load and the service go first,
so that what is measured is the worker, and not who else wanted that core."""
import itertools
import os
import statistics

from bench_parts.config_changes import CLUSTERS, Content
from bench_parts.config_world import ConfigWorld
from bench_parts.config_yaml import cluster_yaml, endpoints_yaml, listener_yaml, small_table_yaml
from bench_parts.machine import LOAD_CORE, PROXY_CORE, pinned, threads
from bench_parts.proxies import wait_open
from bench_parts.wrk import Wrk
from scenario import report
from scenario.load import Load
from scenario.processes import free_ports

RATIO_MAX = 1.2
WORKERS = {"outrigger": "worker_0", "envoy": "wrk:worker_0"}
PATH = "/?bytes=128"
CONNECTIONS = 16


def measure(build_folder, envoy, figures, scale, is_quick):
    seconds, blocks = (2, 2) if is_quick else (5, 6)
    report.heading(f"traffic while one of {report.counted(CLUSTERS // scale)} clusters, one endpoint and one route "
                   "change, all by sotw")
    for name in WORKERS:
        with ConfigWorld(build_folder, envoy, "GRPC", names=(name,), core=LOAD_CORE) as world:
            world.start()
            trial = Trial(world, scale)
            figures.show(f"{name}: half of what it can do", f"{trial.rate:,.0f}", "requests a second")
            p99 = {"without": [], "with": []}
            for block in range(blocks):
                for kind in (("without", "with"), ("with", "without"))[block % 2]:
                    p99[kind].append(trial.window(kind == "with", seconds))
            _show(figures, name, trial, p99, is_bound=name == "outrigger" and not is_quick)


def _show(figures, name, trial, p99, is_bound):
    without, during = (statistics.median(p99[kind]) for kind in ("without", "with"))
    seen = f"p99 {during:.0f} / {without:.0f} µs with / without, {trial.pushes} pushes"
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
        self.pushes = self.failed = 0
        service = world.start_service()
        _goes_first(service)
        self._port = free_ports(1)[0]
        self._write("endpoints/traffic.yaml", endpoints_yaml("traffic", 1, service.port))
        self._write("clusters/traffic.yaml", cluster_yaml("traffic", 1))
        self._write("listeners/traffic.yaml",
                    listener_yaml("traffic", small_table_yaml("traffic"), 60, self._port))
        self._content.fill()
        node = world.nodes[0]
        wait_open(node.process, self._port)
        os.sched_setaffinity(threads(node.process.pid)[WORKERS[node.name]], {PROXY_CORE})
        world.settle()
        self.rate = Wrk(self._port, world.folder, 3, CONNECTIONS, PATH).outcome().rate / 2

    def _write(self, path, text):
        self._world.resources.write(None, path, text)

    def window(self, has_pushes, seconds):
        """The p99 in microseconds, from when a request was due."""
        load = self._world.keep(Load(
            self._world.binary("outrigger-load"), self._port, self.rate, self._world.folder,
            self._world.next_name("load"), ["--connections", str(CONNECTIONS), "--path", PATH, "--seconds",
                                            str(seconds)], prefix=pinned(LOAD_CORE)))
        load.expects_end = True
        _goes_first(load)
        while has_pushes and load.is_running():
            self._push(next(self._turns))
        load.wait(seconds + 60)
        self._world.processes.remove(load)
        self.failed += load.failed()
        return load.counts["latency_us"]["p99"]

    def _push(self, turn):
        change, kind = ((self._content.change_cluster, "clusters"), (self._content.change_endpoint, "endpoints"),
                        (self._content.change_route, "routes"))[turn % 3]
        self._world.push(lambda: change(2 + turn), kind)
        self.pushes += 1


def _goes_first(process):
    """Before all others on its core, if we may."""
    try:
        os.sched_setscheduler(process.pid, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        print(f"  {process.name} may not go before others: figures are less exact")
