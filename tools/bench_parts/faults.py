"""Hostile clients beside a good one: what the good one notices, and what the proxy holds meanwhile."""
import json
import os
import sys

from bench_parts.attacks import ATTACKS
from bench_parts.bench_world import BenchWorld
from bench_parts.machine import LOAD_CORE, pinned
from bench_parts.proxies import start_outrigger
from scenario import report
from scenario.load import Load
from scenario.processes import Process

P99_MS_MAX = 1_500
GROWTH_MIB_MAX = 16
GOOD_RATE, GOOD_CONNECTIONS = 200, 8
ATTACKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "attacker.py")


class Attacker(Process):
    def __init__(self, index, port, seconds, folder):
        self.counts = None
        super().__init__(f"attacker-{index}", [*pinned(LOAD_CORE), sys.executable, "-B", ATTACKER,
                                               str(index), str(port), str(seconds)], folder)
        self.expects_end = True

    def on_line(self, line):
        if line.startswith("{"):
            self.counts = json.loads(line)


def _good_client(world, contender, index, seconds):
    """The least any client may expect: a fixed, low rate, every answer checked."""
    load = Load(world.binary("outrigger-load"), contender.port, GOOD_RATE, world.folder, f"good-{index}",
                ["--connections", str(GOOD_CONNECTIONS), "--seconds", str(seconds), "--path", "/"],
                prefix=pinned(LOAD_CORE))
    load.expects_end = True
    return load


def measure(world, service, index, seconds, figures):
    attack = ATTACKS[index]
    contender = start_outrigger(world, service, name=f"outrigger-{index}")
    proxy = contender.process
    warm = _good_client(world, contender, f"{index}-warm", 2)
    warm.wait(60)
    before = proxy.rss_bytes()
    good = _good_client(world, contender, index, seconds)
    attacker = Attacker(index, contender.port, seconds, world.folder)
    attacker.wait(seconds + 60)
    growth = proxy.rss_bytes() - before
    good.wait(seconds + 60)
    proxy.check_alive()
    world.end(proxy)
    counts, seen = good.counts, attacker.counts
    name = f"{attack.rule} {attack.what}"
    if counts is None or seen is None:
        figures.require(name, False, "no counts")
        return
    p99_ms = counts["latency_us"]["p99"] / 1000
    is_good = counts["failed"] == 0 and p99_ms <= P99_MS_MAX and growth <= GROWTH_MIB_MAX * 2**20
    figures.require(name, is_good,
                    f"p99 {p99_ms:.1f} ms, {counts['failed']} failed, {growth / 2**20:+.1f} MiB; "
                    f"{seen['sent'] / 2**20:.1f} MiB over {report.counted(seen['opened'])} connections, "
                    f"{report.counted(seen['closed'])} closed")


def run(_, folder, is_quick, figures):
    seconds = 4 if is_quick else 30
    with BenchWorld(folder) as world:
        service = world.start_service()
        report.heading(f"{len(ATTACKS)} attacks of {seconds} s beside {GOOD_RATE} good requests a second: p99 at "
                       f"most {P99_MS_MAX} ms, growth at most {GROWTH_MIB_MAX} MiB")
        for index in range(len(ATTACKS)):
            measure(world, service, index, seconds, figures)
