"""Clusters change all the time: how soon a new one's endpoints are asked for."""
import itertools
import math
import statistics
import threading
import time

from bench_parts.config_changes import CLUSTERS, Content
from bench_parts.config_world import FILE_CLUSTERS
from bench_parts.config_yaml import changing_cluster_yaml, endpoints_yaml
from bench_parts.machine import LOAD_CORE, only_on
from scenario import report
from scenario.waiting import ScenarioFailure, wait_for

LATENCY_MS_MAX = 50
PERIOD_S = 0.1
NEW_PERIOD_S = 2  # between one new cluster and the next
LATE_S = 30  # for those that are still to come when the storm is over


class Storm:
    """Other versions of many clusters, one after the other, whether the nodes have taken the last or not."""

    def __init__(self, content):
        self._content = content
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        self._thread.join()

    def _run(self):
        for turn in itertools.count(2):
            self._content.change_many_clusters(2 + turn % 1000)
            if self._is_over.wait(PERIOD_S):
                return


def measure(make_world, figures, protocol, scale, rounds):
    """One node after the other, `make_world` by its name: each alone on its core, and nobody but the control plane
    beside the relay that watches it."""
    report.heading(f"{protocol}: {FILE_CLUSTERS} of {report.counted(CLUSTERS // scale)} clusters change all the time")
    for name in ("outrigger", "envoy"):
        with only_on(LOAD_CORE), make_world(name) as world:
            world.start()
            values, pushes = _endure(world, scale, rounds)
        seen = f"median {statistics.median(values):.1f} ms, {pushes:.1f} pushes a second"
        if name == "outrigger" and scale == 1:
            figures.check(f"a new cluster's endpoints are asked for, worst of {rounds}", max(values), LATENCY_MS_MAX,
                          "ms", digits=1)
            figures.show("  ", "", "", seen)
        else:
            figures.show(f"{name}: worst of {rounds}", f"{max(values):.1f}", "ms", seen)


def _endure(world, scale, rounds):
    """Returns (milliseconds until each new cluster's endpoints were asked for, accepted pushes a second)."""
    content = Content(world, scale)
    content.fill_clusters(changing_cluster_yaml)
    world.wait_filled()
    world.wait_quiet()
    names = [f"z-new-{number:04}" for number in range(rounds)]
    mark, start = world.control.mark(), time.monotonic()
    with Storm(content):
        for name in names:
            _add(world, name)
            time.sleep(NEW_PERIOD_S)
        seconds = time.monotonic() - start
    pushes = sum(verdict[1:3] == ("accepted", "clusters") for verdict in world.control.verdicts(mark))
    return _latencies(world.nodes[0], names), pushes / seconds


def _add(world, name):
    world.nodes[0].relay.watch(name)
    world.resources.write(None, f"endpoints/{name}.yaml", endpoints_yaml(name, 1))
    world.resources.write(None, f"clusters/{name}.yaml", changing_cluster_yaml(name, 1))


def _latencies(node, names):
    """In milliseconds; for ever, of what was not asked for in the end."""
    def found():
        return [node.relay.latency_ms(name) for name in names]
    try:
        wait_for("all to be asked for", lambda: None not in found(), seconds=LATE_S, step=0.1)
    except ScenarioFailure:
        pass
    return [math.inf if latency is None else latency for latency in found()]
