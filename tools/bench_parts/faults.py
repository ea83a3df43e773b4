"""Hostile clients and hostile services beside good ones: what the good ones notice, what the proxy holds."""
import json
import os
import resource
import sys

from bench_parts import nack_storm
from bench_parts.attacks import ATTACKS
from bench_parts.bench_world import BenchWorld
from bench_parts.machine import LOAD_CORE, pinned
from bench_parts.proxies import start_proxy
from bench_parts.upstream_attacks import UPSTREAM_ATTACKS
from scenario import report
from scenario.load import Load
from scenario.processes import Process, free_ports

P99_MS_MAX = 1_500
GROWTH_MIB_MAX = 16
GOOD_RATE = 100  # of each good client
# Enough room that a request never waits in its client for another one: what is measured is the proxy.
GOOD = {"http1": ["--protocol", "http1", "--connections", "64"],
        "http2": ["--protocol", "http2", "--connections", "2", "--streams", "50"]}
# Those who ask the hostile service; what becomes of them is not looked at.
VICTIM_RATE, VICTIM = 50, ["--connections", "8", "--timeout-ms", "5000"]
MANY, MANY_QUICK = 20_000, 2_000
DESCRIPTORS_LEFT = 1_000  # for everything else
FOLDER = os.path.dirname(os.path.abspath(__file__))


class Attacker(Process):
    """A program that says at its end what it has done."""

    def __init__(self, name, program, arguments, folder):
        self.counts = None
        super().__init__(name, [*pinned(LOAD_CORE), sys.executable, "-B", os.path.join(FOLDER, program),
                                *map(str, arguments)], folder)
        self.expects_end = True

    def on_line(self, line):
        if line.startswith("{"):
            self.counts = json.loads(line)


class Trial:
    """One proxy, its good clients, and one attack."""

    def __init__(self, world, services, name, seconds, hostile_port=1):
        self.world, self.name, self.seconds = world, name, seconds
        self.port, admin = free_ports(2)
        path = world.write("faults.yaml", f"outrigger-{name}.yaml", PORT=self.port, ADMIN_PORT=admin,
                           SERVICE_PORT=services[0].port, SINK_PORT=services[1].port,
                           HOSTILE_PORT=hostile_port)
        self.proxy = start_proxy(world, f"outrigger-{name}", path,
                                 {"plain": self.port, "admin": admin}).process
        for client in self._start_good("warm", 2):
            client.wait(60)

    def load(self, name, rate, seconds, arguments, path="/"):
        load = Load(self.world.binary("outrigger-load"), self.port, rate, self.world.folder,
                    f"{self.name}-{name}", ["--seconds", str(seconds), "--path", path, *arguments],
                    prefix=pinned(LOAD_CORE))
        load.expects_end = True
        return load

    def _start_good(self, name, seconds):
        return [self.load(f"{name}-{kind}", GOOD_RATE, seconds, arguments)
                for kind, arguments in GOOD.items()]

    def run(self, attack, scope, start):
        """`start()` begins the attack and returns (the Attacker, who asks it if it is a service). True when
        all is well; and what was seen."""
        self.proxy.reset_peak()
        before, size = self.proxy.stats(), self.proxy.rss_bytes()
        good = self._start_good("good", self.seconds)
        attacker, victim = start()
        for client in good:
            client.wait(self.seconds + 60)
        if victim is None:
            attacker.wait(60)  # ends by itself
        else:
            victim.end(0)
        self.proxy.check_alive()
        growth = (self.proxy.peak_bytes() - size) / 2**20
        attacker.end()
        counted = self._difference(before, scope, attack.counter)
        self.world.end(self.proxy)
        return self._judge(attack, good, attacker.counts, growth, counted)

    def _difference(self, before, scope, counter):
        name = f"{scope}.{counter}"
        return self.proxy.stats().get(name, 0) - before.get(name, 0)

    def _judge(self, attack, good, seen, growth, counted):
        if seen is None or any(client.counts is None for client in good):
            return False, "no counts"
        p99_ms = max(client.counts["latency_us"]["p99"] for client in good) / 1000
        failed = sum(client.failed() for client in good)
        ended = f"{report.counted(seen['closed'])} closed" if attack.is_closed else "bounded"
        is_good = (failed == 0 and p99_ms <= P99_MS_MAX and growth <= GROWTH_MIB_MAX and counted > 0
                   and (seen["closed"] > 0 or not attack.is_closed))
        return is_good, (f"p99 {p99_ms:.1f} ms, {failed} failed, {growth:+.1f} MiB, {ended}, "
                         f"{attack.counter} {report.counted(counted)}; {seen['sent'] / 2**20:.1f} MiB over "
                         f"{report.counted(seen['opened'])} connections, {report.counted(seen['open'])} open "
                         "at the end")


def _connections(attack, is_quick):
    if not attack.is_many:
        return attack.connections
    room = resource.getrlimit(resource.RLIMIT_NOFILE)[1] - DESCRIPTORS_LEFT
    return MANY_QUICK if is_quick else min(MANY, room)


def _measure_client(world, services, index, seconds, is_quick):
    attack = ATTACKS[index]
    trial = Trial(world, services, f"client-{index}", seconds)

    def start():
        attacker = Attacker(f"attacker-{index}", "attacker.py",
                            [index, trial.port, seconds, _connections(attack, is_quick)], world.folder)
        return attacker, None
    return trial.run(attack, "http.ingress", start)


def _measure_service(world, services, index, seconds):
    attack = UPSTREAM_ATTACKS[index]
    hostile = Attacker(f"hostile-{index}", "hostile_service.py", [index], world.folder)
    trial = Trial(world, services, f"service-{index}", seconds, hostile.listening_port())
    cluster = "hostile_http2" if attack.is_http2 else "hostile_http1"

    def start():
        return hostile, trial.load("victim", VICTIM_RATE, seconds, VICTIM, f"/{cluster}")
    return trial.run(attack, f"cluster.{cluster}", start)


def run(_, folder, options, figures):
    is_quick = options.quick
    seconds = 4 if is_quick else 30
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))  # for all that is started
    nack_storm.measure(folder, figures, is_quick)
    with BenchWorld(folder) as world:
        services = [world.start_service("service"), world.start_service("sink")]
        report.heading(f"{seconds} s each beside {GOOD_RATE} good requests a second by HTTP/1 and as many by "
                       f"HTTP/2: p99 at most {P99_MS_MAX} ms, growth at most {GROWTH_MIB_MAX} MiB")
        report.heading(f"{len(ATTACKS)} hostile clients")
        for index, attack in enumerate(ATTACKS):
            figures.require(f"{attack.rule} {attack.what}",
                            *_measure_client(world, services, index, seconds, is_quick))
        report.heading(f"{len(UPSTREAM_ATTACKS)} hostile services")
        for index, attack in enumerate(UPSTREAM_ATTACKS):
            figures.require(f"{attack.rule} {attack.what}", *_measure_service(world, services, index, seconds))
