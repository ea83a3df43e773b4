"""Interleaved windows: each lane works twice in each block, there and back (performance.md B-1 to B-5)."""
import dataclasses

from bench_parts.machine import LOAD_CORE, PROXY_CORE, Window

WARM_SECONDS = 0.5  # connections to the service are there then, and what is made once is made
RATE_HELD_MIN = 0.95  # below it the load had to wait: that is another measurement


@dataclasses.dataclass
class Lane:
    """One contender that does one kind of work. `run(lane, seconds)` returns (requests, rate)."""
    name: str
    contender: object
    run: object
    rate_wanted: float = 0


class Block:
    """What one lane used in the two windows of one block."""

    def __init__(self):
        self.us = []
        self.is_quiet = True

    def mean_us(self):
        return sum(self.us) / len(self.us)


class Windows:
    """Of all lanes. `blocks`: a list of {name: Block}."""

    def __init__(self, lanes):
        self.lanes = lanes
        self.blocks = []
        self.ticks = {lane.name: [0, 0] for lane in lanes}  # user, system
        self.busy = {lane.name: [] for lane in lanes}       # (the proxy's core, the load's)
        self.rates = {lane.name: [] for lane in lanes}

    def measure(self, seconds, blocks):
        for lane in self.lanes:
            lane.run(lane, WARM_SECONDS)
        for _ in range(blocks):
            block = {lane.name: Block() for lane in self.lanes}
            for lane in [*self.lanes, *reversed(self.lanes)]:
                self._measure_one(lane, seconds, block[lane.name])
            self.blocks.append(block)
        return self

    def _measure_one(self, lane, seconds, block):
        window, before, ticks = Window(), lane.contender.used_ns(), lane.contender.used_ticks()
        requests, rate = lane.run(lane, seconds)
        used = lane.contender.used_ns() - before
        window.end()
        for kind, count in enumerate(lane.contender.used_ticks()):
            self.ticks[lane.name][kind] += count - ticks[kind]
        self.busy[lane.name].append(
            [window.core_share.get(f"cpu{core}", 1.0) for core in (PROXY_CORE, LOAD_CORE)])
        self.rates[lane.name].append(rate)
        block.us.append(used / max(requests, 1) / 1000)
        block.is_quiet &= window.is_quiet() and rate >= RATE_HELD_MIN * lane.rate_wanted
