"""Outrigger and Envoy side by side on one control plane: the same pushes, and what each of them uses."""
import os
import time

from bench_parts.bench_world import BenchWorld
from bench_parts.config_yaml import cluster_yaml, endpoints_yaml
from bench_parts.machine import pinned, process_ns, proportional_bytes, LOAD_CORE, PROXY_CORE
from scenario.control import Control
from scenario.processes import Process, free_ports
from scenario.resources import Resources
from scenario.waiting import ScenarioFailure, wait_for

FILE_CLUSTERS = 500  # of one file: the control plane should not read thousands for one change
QUIET_S, QUIET_NS = 0.1, 1_000_000


class Node:
    def __init__(self, name, process):
        self.name, self.process = name, process
        self._idle = 0.0  # of its time

    def cpu_ns(self):
        return process_ns(self.process.pid)

    def rss_bytes(self):
        return proportional_bytes(self.process.pid)[0]

    def wait_quiet(self):
        """Until it does next to nothing for a moment."""
        def is_quiet():
            self.process.check_alive()
            before = self.cpu_ns()
            time.sleep(QUIET_S)
            return self.cpu_ns() - before < QUIET_NS + self._idle * QUIET_S * 1e9
        wait_for(f"{self.name} to come to rest", is_quiet, seconds=300, step=0)

    def learn_idle(self, seconds):
        """What it uses without any push (timers, statistics): taken off what a push costs."""
        before = self.cpu_ns()
        time.sleep(seconds)
        self._idle = (self.cpu_ns() - before) / (seconds * 1e9)

    def idle_ns(self, seconds):
        return self._idle * seconds * 1e9


class ConfigWorld(BenchWorld):
    def __init__(self, build_folder, envoy, api_type):
        super().__init__(build_folder)
        self._envoy, self._api_type = envoy, api_type
        self.nodes = []

    def start(self):
        self._control_port, *admins = free_ports(3)
        folder = os.path.join(self.folder, "resources")
        os.makedirs(folder)
        self.resources = Resources(folder, folder, {})
        self.control = self.keep(Control(self.binary("outrigger-control"), folder, self._control_port,
                                         self.folder))
        self.control.listening_port()
        commands = {"outrigger": [self.binary("outrigger")],
                    "envoy": [self._envoy, "--disable-hot-restart", "-l", "error"]}
        for (name, command), admin in zip(commands.items(), admins):
            self._start_node(name, command, admin)

    def _start_node(self, name, command, admin):
        path = self.write("ads.yaml", f"{name}.yaml", NODE_ID=name, ADMIN_PORT=admin,
                          CONTROL_PORT=self._control_port, API_TYPE=self._api_type)
        core = PROXY_CORE if name == "outrigger" else LOAD_CORE
        process = self.keep(Process(name, [*pinned(core), *command, "-c", path, "--concurrency", "1"],
                                    self.folder))
        self.nodes.append(Node(name, process))

    def push(self, change, kind, seconds=300):
        """Does `change` and waits until each node has accepted a response of that kind."""
        mark = self.control.mark()
        change()

        def is_accepted():
            accepted = set()
            for node, verdict, of, version, _, reason in self.control.verdicts(mark):
                if verdict != "accepted":
                    raise ScenarioFailure(f"{node}: {of} version {version} was {verdict}: {reason}")
                if of == kind:
                    accepted.add(node)
            return len(accepted) == len(self.nodes)
        wait_for(f"{kind} to be accepted", is_accepted, seconds=seconds, step=0.001)

    def cost(self, change, kind):
        """CPU milliseconds by node, until all is at rest again."""
        before, started = {node.name: node.cpu_ns() for node in self.nodes}, time.monotonic()
        self.push(change, kind)
        costs = {}
        for node in self.nodes:
            node.wait_quiet()
        seconds = time.monotonic() - started
        for node in self.nodes:
            costs[node.name] = (node.cpu_ns() - before[node.name] - node.idle_ns(seconds)) / 1e6
        return costs

    def wait_quiet(self):
        for node in self.nodes:
            node.wait_quiet()

    def write_clusters(self, first, count, as_yaml=cluster_yaml):
        """Clusters c-<first> and so on, each with one endpoint by EDS."""
        for start in range(first, first + count, FILE_CLUSTERS):
            numbers = range(start, min(start + FILE_CLUSTERS, first + count))
            self.resources.write(None, f"endpoints/c-{start}.yaml", "".join(
                endpoints_yaml(f"c-{number}", 1) for number in numbers))
            self.resources.write(None, f"clusters/c-{start}.yaml", "".join(
                as_yaml(f"c-{number}", 1) for number in numbers))
