"""What is pushed while the load runs. Each step says what it does, does it, and sees that it happened."""
import dataclasses
import socket
import time

from scenario.resources import endpoints
from scenario.waiting import ScenarioFailure, wait_for
from scenario.world import CLIENT, SERVER

EGRESS_ROUTES = f"nodes/{CLIENT}/routes/egress.yaml"
CLIENT_CLUSTERS = f"nodes/{CLIENT}/clusters/web.yaml"
EGRESS = f"nodes/{CLIENT}/listeners/egress.yaml"
EGRESS_2 = f"nodes/{CLIENT}/listeners/egress-2.yaml"
SECOND_LISTENER = "later/second-listener.yaml"
SERVER_ENDPOINTS = f"nodes/{SERVER}/endpoints/local.yaml"

SHARE_SAMPLE = 400
SHARE_TOLERANCE = 0.10  # four standard deviations of the sample


@dataclasses.dataclass
class Outcome:
    title: str
    version: str = ""
    milliseconds: float = 0.0  # from the file's rename to the node's word
    note: str = ""


class Steps:
    def __init__(self, world, loads):
        self.world = world
        self.loads = loads

    def _push(self, title, node, kind, change, verdict="accepted"):
        """Does `change` and waits for the node's verdict on that type."""
        control = self.world.control
        mark, start = control.mark(), time.monotonic()
        change()

        def answered():
            self.world.check_alive()
            for who, what, of, version, _, reason in control.verdicts(mark):
                if who == node and of == kind:
                    if what != verdict:
                        raise ScenarioFailure(f"{title}: {node} {what} it: {reason}")
                    return version, reason
            return None
        version, reason = wait_for(f"{title}: {node} to answer", answered, step=0.001)
        return Outcome(title, version, (time.monotonic() - start) * 1000, reason or "")

    def weights(self, v1, v2):
        step = self._push(f"weights {v1}/{v2}", CLIENT, "routes", lambda: self.world.resources.set(
            EGRESS_ROUTES, WEIGHT_V1=v1, WEIGHT_V2=v2))
        wanted = v1 / (v1 + v2)

        def matches():
            self.loads.wait_for_report()  # what was on its way still went by the old weights
            seen = self.loads.wait_for_more(SHARE_SAMPLE)
            total = sum(seen.values())
            share = seen.get("v1", 0) / total
            exact = wanted in (0.0, 1.0)
            if abs(share - wanted) > (0.0 if exact else SHARE_TOLERANCE):
                return None
            return f"of {total} answers {share:.0%} from v1"
        step.note = wait_for(f"{step.title} to show in the answers", matches)
        return step

    def endpoint_added(self):
        self.world.services["v2-b"] = self.world.start_service("v2-b", "v2")
        ports = [self.world.services[name].port for name in ("v2", "v2-b")]
        step = self._push("endpoint added to local-v2", SERVER, "endpoints",
                          lambda: self.world.resources.set(SERVER_ENDPOINTS,
                                                           V2_ENDPOINTS=endpoints(ports)))
        wait_for("the new endpoint to answer", lambda: self.loads.by("services").get("v2-b"))
        step.note = "it answers"
        return step

    def endpoint_removed(self):
        ports = [self.world.services["v2"].port]
        step = self._push("endpoint removed, its process ended", SERVER, "endpoints",
                          lambda: self.world.resources.set(SERVER_ENDPOINTS,
                                                           V2_ENDPOINTS=endpoints(ports)))

        def is_quiet():
            before = self.loads.by("services").get("v2-b", 0)
            self.loads.wait_for_more(SHARE_SAMPLE)
            return self.loads.by("services").get("v2-b", 0) == before
        wait_for("the removed endpoint to be left alone", is_quiet)
        self.world.end(self.world.services.pop("v2-b"))
        step.note = f"{self.loads.by('services').get('v2-b', 0)} answers were its"
        return step

    def route_timeout(self):
        return self._push("route timeout 15s -> 3s", CLIENT, "routes",
                          lambda: self.world.resources.set(EGRESS_ROUTES, ROUTE_TIMEOUT="3s"))

    def cluster_changed(self):
        return self._push("clusters' connect timeout 1s -> 2s", CLIENT, "clusters",
                          lambda: self.world.resources.set(CLIENT_CLUSTERS, CONNECT_TIMEOUT="2s"))

    def listener_changed(self):
        return self._push("listener's idle timeout 1h -> 30min", CLIENT, "listeners",
                          lambda: self.world.resources.set(EGRESS, IDLE_TIMEOUT="1800s"))

    def listener_added(self, requests=200):
        step = self._push("a new listener, with a load of its own", CLIENT, "listeners",
                          lambda: self.world.resources.write(SECOND_LISTENER, EGRESS_2))
        probe = self.world.start_load("second-load", 200, ["--requests", str(requests)],
                                      port="EGRESS_2_PORT")
        probe.expects_end = True
        wait_for("the second load to end",
                 lambda: probe.counts and probe.answered() + probe.failed() >= requests)
        if probe.failed():
            raise ScenarioFailure(f"the new listener failed: {probe.counts['failures']}")
        self.world.end(probe)
        step.note = f"{probe.answered()} requests of its own"
        return step

    def listener_removed(self):
        step = self._push("that listener removed", CLIENT, "listeners",
                          lambda: self.world.resources.remove(EGRESS_2))
        wait_for("its port to be closed", lambda: self._is_refused("EGRESS_2_PORT"))
        step.note = "its port is closed"
        return step

    def _is_refused(self, port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.world.ports[port])) != 0

    def broken_file(self):
        control = self.world.control
        mark, start = control.mark(), time.monotonic()
        self.world.resources.write(EGRESS_ROUTES, text="name: egress\nvirtual_hosts: [\n")
        line = wait_for("the control plane to refuse the broken file",
                        lambda: control.find_line(f"{EGRESS_ROUTES} is broken", mark))
        self.loads.wait_for_more(SHARE_SAMPLE)
        return Outcome("a broken file", "-", (time.monotonic() - start) * 1000,
                       "control plane: " + line.rsplit("force: ", 1)[-1])

    def bad_route(self):
        def change():
            self.world.resources.set(EGRESS_ROUTES, DOMAINS="[]")
        step = self._push("a route that no proxy can take", CLIENT, "routes", change, "rejected")
        self.loads.wait_for_more(SHARE_SAMPLE)
        step.note = "proxy: " + step.note
        self.world.resources.values["DOMAINS"] = '["demo.local"]'
        return step

    def repaired(self):
        return self._push("the file repaired", CLIENT, "routes", lambda: self.world.resources.set(
            EGRESS_ROUTES, ROUTE_TIMEOUT="4s"))

    def control_restarted(self):
        start = time.monotonic()
        self.world.end(self.world.control)
        self.loads.wait_for_more(SHARE_SAMPLE)
        self.world.start_control()
        for node in (CLIENT, SERVER):
            wait_for(f"{node} to come back", lambda name=node: self.world.control.find_line(
                f"node {name} is connected"))
        return Outcome("the control plane restarted", "same", (time.monotonic() - start) * 1000,
                       "both proxies are back")
