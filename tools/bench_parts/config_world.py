"""Outrigger and Envoy side by side on one control plane: the same pushes, and what each of them uses."""
import os
import statistics
import time
import urllib.parse
import urllib.request

from bench_parts.bench_world import BenchWorld
from bench_parts.config_relay import Relay
from bench_parts.config_yaml import cluster_yaml, endpoints_yaml
from bench_parts.machine import pinned, proportional_bytes, LOAD_CORE, PROXY_CORE
from scenario.control import Control
from scenario.processes import Process, free_ports
from scenario.resources import Resources
from scenario.waiting import ScenarioFailure, wait_for

FILE_CLUSTERS = 500  # of one file: the control plane should not read thousands for one change
QUIET_S, QUIET_NS = 0.1, 1_000_000
IDLE_S = 0.3  # as long as a small push and the rest after it take
SETTLE_S = 12  # longer than it takes until what a push left over has gone back to the kernel
SETTLE_S_MAX = 60
SETTLED_NS = 3_000_000  # by which two seconds in a row may differ


WAITING = ("cluster_manager.warming_clusters", "listener_manager.total_listeners_warming")


class Node:
    def __init__(self, name, process, admin_port, relay=None):
        self.name, self.process, self.relay = name, process, relay
        self._admin_port = admin_port
        self.idle = 0.0  # of its time, without any push: timers, statistics

    def cpu_ns(self):
        return self.process.cpu_ns()

    def rss_bytes(self):
        return proportional_bytes(self.process.pid)[0]

    def wait_filled(self):
        """Until nothing waits for what it names."""
        pattern = urllib.parse.quote("^(" + "|".join(WAITING) + ")$")

        def is_filled():
            self.process.check_alive()
            with urllib.request.urlopen(f"http://127.0.0.1:{self._admin_port}/stats?filter={pattern}",
                                        timeout=60) as answer:
                lines = answer.read().decode().split("\n")
            return all(f"{name}: 0" in lines for name in WAITING)
        wait_for(f"{self.name} to have all that it waits for", is_filled, seconds=300, step=0.5)

    def wait_quiet(self):
        """Until it does next to nothing for a moment."""
        def is_quiet():
            self.process.check_alive()
            before = self.cpu_ns()
            time.sleep(QUIET_S)
            return self.cpu_ns() - before < QUIET_NS + self.idle * QUIET_S * 1e9
        wait_for(f"{self.name} to come to rest", is_quiet, seconds=300, step=0)


class Window:
    """What each node uses between two moments."""

    def __init__(self, nodes):
        self._nodes = nodes
        self._before, self._started = {node.name: node.cpu_ns() for node in nodes}, time.monotonic()

    def end(self):
        self.seconds = time.monotonic() - self._started
        self.used_ns = {node.name: node.cpu_ns() - self._before[node.name] for node in self._nodes}
        return self

    def share(self, node):
        return self.used_ns[node.name] / (self.seconds * 1e9)


class ConfigWorld(BenchWorld):
    def __init__(self, build_folder, envoy, api_type, names=("outrigger", "envoy"), is_relayed=False,
                 core=None):
        """`is_relayed`: what a node and the control plane say to each other is watched. `core`: of all nodes;
        None: Outrigger has one of its own."""
        super().__init__(build_folder)
        self._api_type, self._names, self._is_relayed = api_type, names, is_relayed
        self._core = core
        self._commands = {"outrigger": [self.binary("outrigger")],
                          "envoy": [envoy, "--disable-hot-restart", "-l", "error"]}
        self.nodes = []

    def start(self):
        control_port, *admins = free_ports(1 + len(self._names))
        folder = os.path.join(self.folder, "resources")
        os.makedirs(folder)
        self.resources = Resources(folder, folder, {})
        self.control = self.keep(Control(self.binary("outrigger-control"), folder, control_port, self.folder,
                                         ["--resend-written"]))
        self.control.listening_port()
        for name, admin in zip(self._names, admins):
            self._start_node(name, admin, control_port)
        # Else what they say of nothing would be taken for what they say of the first push.
        wait_for("the nodes to have taken that there is nothing", lambda: self._accepted(0, ("clusters", "listeners")))

    def _start_node(self, name, admin, control_port):
        relay = Relay(control_port) if self._is_relayed else None
        path = self.write("ads.yaml", f"{name}.yaml", NODE_ID=name, ADMIN_PORT=admin,
                          CONTROL_PORT=relay.port if relay else control_port, API_TYPE=self._api_type)
        core = self._core
        if core is None:
            core = PROXY_CORE if name == "outrigger" else LOAD_CORE
        process = self.keep(Process(name, [*pinned(core), *self._commands[name], "-c", path, "--concurrency",
                                           "1"], self.folder))
        self.nodes.append(Node(name, process, admin, relay))

    def push(self, change, *kinds, seconds=300):
        """Does `change` and waits until each node has accepted a response of each of `kinds`."""
        mark = self.control.mark()
        change()

        wait_for(f"{', '.join(kinds)} to be accepted", lambda: self._accepted(mark, kinds), seconds=seconds,
                 step=0.001)

    def _accepted(self, mark, kinds):
        """Whether each node has accepted something of each of them."""
        accepted = set()
        for node, verdict, of, version, _, reason in self.control.verdicts(mark):
            if verdict != "accepted":
                raise ScenarioFailure(f"{node}: {of} version {version} was {verdict}: {reason}")
            if of in kinds:
                accepted.add((node, of))
        return len(accepted) == len(self.nodes) * len(kinds)

    def costs(self, changes, kinds):
        """CPU milliseconds of each change, by node, until all is at rest again. What the same time takes without
        a change is taken off; it is learnt beside each of them."""
        idle, pushed = [], []
        for change in changes:
            idle.append(Window(self.nodes))
            time.sleep(IDLE_S)
            idle[-1].end()
            pushed.append(Window(self.nodes))
            self.push(change, *kinds)
            self.wait_quiet()
            pushed[-1].end()
        for node in self.nodes:
            node.idle = statistics.median(window.share(node) for window in idle)
        return {node.name: [(window.share(node) - node.idle) * window.seconds * 1e3 for window in pushed]
                for node in self.nodes}

    def wait_quiet(self):
        for node in self.nodes:
            node.wait_quiet()

    def wait_filled(self):
        for node in self.nodes:
            node.wait_filled()

    def settle(self):
        """Until what each node uses in a second is the same twice: what a filling has left to do is done."""
        self.wait_filled()
        self.wait_quiet()
        time.sleep(SETTLE_S)
        last, deadline = None, time.monotonic() + SETTLE_S_MAX
        while time.monotonic() < deadline:
            window = Window(self.nodes)
            time.sleep(1)
            window.end()
            for node in self.nodes:
                node.idle = window.share(node)
            if last is not None and all(abs(window.used_ns[name] - last.used_ns[name]) < SETTLED_NS
                                        for name in window.used_ns):
                return
            last = window
        print(f"  not at rest after {SETTLE_S_MAX} s: figures are less exact")

    def write_clusters(self, first, count, as_yaml=cluster_yaml, turn=1):
        """Clusters c-<first> and so on, each with one endpoint by EDS."""
        for start in range(first, first + count, FILE_CLUSTERS):
            numbers = range(start, min(start + FILE_CLUSTERS, first + count))
            self.resources.write(None, f"endpoints/c-{start}.yaml", "".join(
                endpoints_yaml(f"c-{number}", 1) for number in numbers))
            self.write_file_of_clusters(numbers, as_yaml, turn)

    def write_file_of_clusters(self, numbers, as_yaml=cluster_yaml, turn=1):
        """One file, without their endpoints."""
        self.resources.write(None, f"clusters/c-{numbers.start}.yaml", "".join(
            as_yaml(f"c-{number}", turn) for number in numbers))
