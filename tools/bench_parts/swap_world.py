"""A proxy that takes its configuration from outrigger-control, and pushes that are waited for."""
import os
import time

from bench_parts.bench_world import CONF, BenchWorld
from scenario.control import Control
from scenario.processes import free_ports
from scenario.proxy import Proxy
from scenario.resources import Resources
from scenario.waiting import ScenarioFailure, wait_for

NODE = "bench"
ROUTES = f"nodes/{NODE}/routes/ingress.yaml"
ENDPOINTS = f"nodes/{NODE}/endpoints/service.yaml"
BULK_FILE_CLUSTERS = 100  # a push rewrites one file: the control plane should not read thousands


class SwapWorld(BenchWorld):
    def start(self):
        self.services = [self.start_service(name) for name in ("service-a", "service-b")]
        self.port, self.control_port, admin = free_ports(3)
        self.resources = Resources(
            os.path.join(CONF, "swap"), os.path.join(self.folder, "resources"), {
                "PORT": self.port, "ROUTE_VERSION": 0, "ROUTE_TIMEOUT": "0s", "WEIGHT_A": 1, "WEIGHT_B": 1,
                "PORT_A": self.services[0].port, "PORT_B": self.services[1].port})
        self.resources.write_all()
        self.control = self.keep(Control(self.binary("outrigger-control"), self.resources.folder,
                                         self.control_port, self.folder))
        self.control.listening_port()
        self.proxy = self._start_proxy(admin)

    def _start_proxy(self, admin):
        path = self.write("ads.yaml", "proxy.yaml", NODE_ID=NODE, ADMIN_PORT=admin,
                          CONTROL_PORT=self.control_port, API_TYPE="DELTA_GRPC")
        proxy = self.keep(Proxy("proxy", self.binary("outrigger"), path, admin, self.folder))
        proxy.wait_ready()
        return proxy

    def push(self, change, *kinds):
        """Does `change` and waits until the node has accepted one response of each of `kinds`."""
        mark = self.control.mark()
        change()

        def is_accepted():
            self.proxy.check_alive()
            seen = set()
            for _, verdict, kind, version, _, reason in self.control.verdicts(mark):
                if verdict != "accepted":
                    raise ScenarioFailure(f"{kind} version {version} was {verdict}: {reason}")
                seen.add(kind)
            return seen.issuperset(kinds)
        wait_for(f"{kinds} to be accepted", is_accepted, step=0.001)

    def set_weights(self, a, b):
        self.resources.set(ENDPOINTS, WEIGHT_A=a, WEIGHT_B=b)

    def write_bulk(self, first, count):
        """Clusters bulk-<first> and so on, each with one endpoint."""
        for start in range(first, first + count, BULK_FILE_CLUSTERS):
            numbers = range(start, start + BULK_FILE_CLUSTERS)
            self.resources.write(None, f"nodes/{NODE}/clusters/bulk-{start}.yaml", "".join(
                f"- {{name: bulk-{number}, type: EDS, connect_timeout: 1s, eds_cluster_config: "
                "{eds_config: {ads: {}, resource_api_version: V3}}}\n" for number in numbers))
            self.write_bulk_endpoints(start, 1)

    def write_bulk_endpoints(self, start, weight, changed=None):
        """One file of them; all weigh 1 but `changed`."""
        self.resources.write(None, f"nodes/{NODE}/endpoints/bulk-{start}.yaml", "".join(
            f"- {{cluster_name: bulk-{number}, endpoints: [{{lb_endpoints: [{{endpoint: {{address: "
            f"{{socket_address: {{address: 127.0.0.1, port_value: {self.services[0].port}}}}}}}, "
            f"load_balancing_weight: {weight if number == changed else 1}}}]}}]}}\n"
            for number in range(start, start + BULK_FILE_CLUSTERS)))

    def wait_clusters(self, count):
        """Until that many are in use, and the proxy has come to rest. Returns its RSS."""
        wait_for(f"{count} clusters", lambda: self.proxy.stats().get(
            "cluster_manager.active_clusters", 0) >= count and self.proxy.stats().get(
                "cluster_manager.warming_clusters", 0) == 0, seconds=120, step=0.5)
        return self.rss_at_rest()

    def rss_at_rest(self, seconds=30):
        """RSS once it has stopped to change."""
        deadline, last = time.monotonic() + seconds, -1
        while time.monotonic() < deadline:
            now = self.proxy.rss_bytes()
            if abs(now - last) < 64 * 1024:
                break
            last = now
            time.sleep(1)
        return self.proxy.rss_bytes()
