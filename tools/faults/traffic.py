"""Steady traffic of every kind, and what became of its connections on both sides of the proxy."""
import urllib.request

from scenario.waiting import ScenarioFailure, wait_for

TCP_CONNECTIONS = 20
LONG_STREAMS = 4
LONG_S_MAX = 3000
# name, listener, share of the rate, connections, further arguments
KINDS = [("http1", "http", 0.4, 16, []),
         ("http2", "http", 0.3, 4, ["--protocol", "http2", "--streams", "8", "--body-bytes", "2000"]),
         ("grpc", "http", 0.1, 2, ["--protocol", "grpc", "--streams", "8"]),
         ("tcp", "tcp", 0.2, TCP_CONNECTIONS, ["--body-bytes", "500"])]


class Traffic:
    def __init__(self, world, rate):
        self.world = world
        ports = {"http": world.http_port, "tcp": world.tcp_port}
        self.kinds = [(world.start_load(name, ports[listener], rate * share,
                                        ["--connections", str(connections), *arguments]), connections)
                      for name, listener, share, connections, arguments in KINDS]
        # Each has half of its answer, and the other half when the services are asked for it.
        self.long = world.start_load("long", world.http_port, 100, [
            "--protocol", "http2", "--connections", str(LONG_STREAMS), "--streams", "1", "--requests",
            str(LONG_STREAMS), "--path", "/?held=1"], timeout_s=LONG_S_MAX)
        self.long.expects_end = True
        wait_for("the long streams", lambda: self.long.counts and self.long.counts["requests"] == LONG_STREAMS)
        self.wait_for_more(20)
        self._before = self._closed()

    def wait_for_more(self, count, seconds=60):
        """Until each kind has had that many more answers."""
        starts = [load.answered() for load, _ in self.kinds]

        def enough():
            self.world.check_alive()
            if sum(load.failed() for load, _ in self.kinds) > 0:
                raise ScenarioFailure("; ".join(
                    f"{load.name}: {load.counts['failure_samples'][:2]}" for load, _ in self.kinds
                    if load.failed()))
            return all(load.answered() >= start + count for (load, _), start in zip(self.kinds, starts))
        wait_for(f"{count} more answers of each kind", enough, seconds)

    def _closed(self):
        for service in self.world.services:
            wait_for(f"{service.name}'s report", lambda each=service: each.counts)
        services = sum(service.counts["connections_accepted"] - service.counts["connections_open"]
                       for service in self.world.services)
        proxy = self.world.proxy
        downstream = sum(proxy.sum_of(f"listener.127.0.0.1_{port}.", "downstream_cx_destroy")
                         for port in (self.world.http_port, self.world.tcp_port))
        return downstream, proxy.sum_of("cluster.service", ".upstream_cx_destroy"), services

    def end_long(self):
        """The long streams were open until now, and are answered whole."""
        self.long.wait_for_report()
        if self.long.answered() + self.long.failed() > 0:
            raise ScenarioFailure(f"long streams have ended by themselves: {self.long.counts['failure_samples']}")
        for service in self.world.services:
            with urllib.request.urlopen(f"http://127.0.0.1:{service.port}/release", timeout=10):
                pass
        self.long.wait(60)

    def check_clients_kept(self):
        """No connection of a client was closed since the start."""
        self.end_long()
        for load, connections in self.kinds:
            load.wait_for_report()
            if load.counts["connections_opened"] != connections:
                raise ScenarioFailure(f"{load.name} has opened {load.counts['connections_opened']} connections, "
                                      f"not {connections}")

    def check_kept(self):
        """Nor one to a service: by none of the four who count."""
        self.check_clients_kept()
        # The client of the long streams has ended, and each service was asked for their release.
        expected = [LONG_STREAMS, 0, len(self.world.services)]

        def closed():
            return [now - before for now, before in zip(self._closed(), self._before)]
        wait_for("the ends of the long streams to be counted", lambda: all(
            now >= wanted for now, wanted in zip(closed(), expected)))
        if closed() != expected:
            raise ScenarioFailure("connections closed downstream, upstream and as services count: "
                                  f"{closed()}, not {expected}")
