"""wrk: as fast as it gets, over kept connections."""
import re
import signal

from bench_parts.machine import LOAD_CORE, pinned
from scenario.processes import Process
from scenario.waiting import ScenarioFailure

UNITS = {"us": 1.0, "ms": 1e3, "s": 1e6, "m": 60e6}
FOREVER_S = 3600


class Wrk(Process):
    def __init__(self, port, folder, seconds=FOREVER_S, connections=64, path="/", host="demo.local"):
        super().__init__("wrk", [
            *pinned(LOAD_CORE), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
            "-H", f"Host: {host}", f"http://127.0.0.1:{port}{path}"], folder)
        self.expects_end = True

    def finish(self):
        """Ends one that was started forever: SIGINT makes it print its figures."""
        self.signal(signal.SIGINT)
        return self.outcome()

    def outcome(self):
        self.wait(FOREVER_S)
        return Outcome("\n".join(self.lines))


class Outcome:
    def __init__(self, text):
        self.text = text
        total = re.search(r"(\d+) requests in", text)
        if total is None:
            raise ScenarioFailure(f"wrk printed no figures: {text[-300:]}")
        self.requests = int(total.group(1))
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
        self.p99_us = self._latency("99%")
        errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
        refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
        self.errors = sum(map(int, errors.groups())) if errors else 0
        self.errors += int(refused.group(1)) if refused else 0

    def _latency(self, name):
        found = re.search(rf"^\s+{name}\s+([\d.]+)(us|ms|s|m)$", self.text, re.MULTILINE)
        return float(found.group(1)) * UNITS[found.group(2)]
