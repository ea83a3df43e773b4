"""The demonstration's loads, one for each way a client may speak, watched as if they were one."""
from scenario.waiting import wait_for

# What it is called, the load client's arguments, its share of the rate, and its connections.
KINDS = [("HTTP/1", ["--protocol", "http1", "--connections", "16"], 0.5, 16),
         ("HTTP/2", ["--protocol", "http2", "--connections", "4", "--streams", "8"], 0.25, 4),
         ("gRPC", ["--protocol", "grpc", "--connections", "4", "--streams", "8"], 0.25, 4)]


class Loads:
    """`start(name, rate, arguments)` starts a Load."""

    def __init__(self, start, rate):
        self.each = [(name, start(name.replace("/", "").lower(), rate * share, arguments), connections)
                     for name, arguments, share, connections in KINDS]
        self.all = [load for _, load, _ in self.each]

    def answered(self):
        return sum(load.answered() for load in self.all)

    def total(self, count):
        return sum(load.counts[count] for load in self.all)

    def by(self, group):
        """Answers by "versions" or "services"."""
        together = {}
        for load in self.all:
            for name, count in load.by(group).items():
                together[name] = together.get(name, 0) + count
        return together

    def wait_for_report(self):
        for load in self.all:
            load.wait_for_report()

    def wait_for_more(self, count, seconds=120):
        """Until that many more requests have been answered, and by each load some. Returns the answers by
        version."""
        before, start = self.by("versions"), self.answered()
        starts = [load.answered() for load in self.all]

        def enough():
            for load in self.all:
                load.check_alive()
            have_all = all(load.answered() > was for load, was in zip(self.all, starts))
            return have_all and self.answered() >= start + count
        wait_for(f"{count} more requests to be answered", enough, seconds)
        after = self.by("versions")
        return {version: after[version] - before.get(version, 0) for version in after}
