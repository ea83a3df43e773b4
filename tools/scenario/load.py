"""The load client while it runs: its counts so far, as it reports them."""
import json

from scenario.processes import Process
from scenario.waiting import wait_for

REPORT_MS = 50


class Load(Process):
    def __init__(self, binary, port, rate, log_folder, name="load", extra=(), prefix=()):
        self.counts = None
        command = [*prefix, binary, "--target", f"127.0.0.1:{port}", "--rate", str(rate),
                   "--report-ms", str(REPORT_MS), *extra]
        super().__init__(name, command, log_folder)

    def on_line(self, line):
        if line.startswith("{"):
            self.counts = json.loads(line)

    def answered(self):
        return self.counts["succeeded"] if self.counts else 0

    def failed(self):
        return self.counts["failed"] if self.counts else 0

    def by(self, group):
        """Answers by "versions" or "services"."""
        return dict(self.counts[group]) if self.counts else {}

    def wait_for_report(self):
        """Until it has counted everything that was answered before this call."""
        for _ in range(2):
            last = self.counts
            wait_for("the load's report", lambda seen=last: self.counts is not seen)

    def wait_for_more(self, count, seconds=120):
        """Until that many more requests have been answered. Returns the answers by version."""
        before, start = self.by("versions"), self.answered()

        def enough():
            self.check_alive()
            return self.answered() >= start + count
        wait_for(f"{count} more requests to be answered", enough, seconds)
        after = self.by("versions")
        return {version: after[version] - before.get(version, 0) for version in after}
