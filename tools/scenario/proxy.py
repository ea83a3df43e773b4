"""A running Outrigger and its admin address."""
import urllib.error
import urllib.request

from scenario.processes import Process
from scenario.waiting import ScenarioFailure, wait_for


class Proxy(Process):
    def __init__(self, name, binary, bootstrap_path, admin_port, folder, prefix=()):
        """`prefix`: a program that becomes the proxy (taskset, env)."""
        command = [*prefix, binary, "-c", bootstrap_path, "--concurrency", "1", "--drain-time-s", "5"]
        super().__init__(name, command, folder)
        self.admin = f"http://127.0.0.1:{admin_port}"

    def get(self, path):
        """The body of an admin page; None when there was no answer or not a 200."""
        try:
            with urllib.request.urlopen(self.admin + path, timeout=5) as answer:
                return answer.read().decode()
        except (urllib.error.URLError, OSError):
            return None

    def wait_ready(self):
        def is_ready():
            self.check_alive()
            return (self.get("/ready") or "").strip() == "LIVE"
        wait_for(f"{self.name} to be ready", is_ready)

    def stats(self):
        """Counters and gauges by name."""
        figures = {}
        for line in (self.get("/stats") or "").splitlines():
            name, _, value = line.rpartition(": ")
            if value.lstrip("-").isdigit():
                figures[name] = int(value)
        return figures

    def sum_of(self, prefix, suffix):
        """Of all figures named so: sum_of("cluster.web", ".upstream_cx_total")."""
        found = [value for name, value in self.stats().items()
                 if name.startswith(prefix) and name.endswith(suffix)]
        if not found:  # a figure that is not there must not pass for a zero
            raise ScenarioFailure(f"{self.name} has no figure {prefix}...{suffix}")
        return sum(found)
