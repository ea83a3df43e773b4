"""A running Outrigger with one service behind one listener, for suites of others to be let loose on."""
import contextlib
import os
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, "tools"))

from scenario.certificates import Certificates  # noqa: E402
from scenario.processes import Process, free_ports  # noqa: E402
from scenario.proxy import Proxy  # noqa: E402

PEERS = os.path.join(ROOT, "build", "deps", "bin")
BOOTSTRAP = """
admin: {address: {socket_address: {address: 127.0.0.1, port_value: ADMIN}}}
static_resources:
  clusters:
  - {name: service, CLUSTER_FIELDS load_assignment: {cluster_name: service, endpoints: [{lb_endpoints: [
      {endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: SERVICE}}}}]}]}}
  listeners:
  - name: ingress
    address: {socket_address: {address: 127.0.0.1, port_value: INGRESS}}
    filter_chains: [{CHAIN_FIELDS filters: [{name: http, typed_config: {
      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
      stat_prefix: ingress, HCM_FIELDS route_config: {virtual_hosts: [{name: all, domains: ["*"],
        routes: [{match: {prefix: /}, route: {cluster: service, timeout: 0s}}]}]},
      http_filters: [{name: router, typed_config: {
        "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]}}]}]
"""


class Proxied:
    def __init__(self, build, folder):
        self.build = build
        self.folder = folder
        self.processes = []
        self.certificates = Certificates(folder)
        self.ingress = None
        self.proxy = None

    def start_service(self, name, command):
        service = Process(name, command, self.folder)
        self.processes.append(service)
        return service

    def start_proxy(self, service_port, cluster_fields="", hcm_fields="", chain_fields=""):
        admin, self.ingress = free_ports(2)
        path = os.path.join(self.folder, "bootstrap.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(BOOTSTRAP.replace("ADMIN", str(admin)).replace("INGRESS", str(self.ingress))
                       .replace("SERVICE", str(service_port))
                       .replace("CLUSTER_FIELDS", cluster_fields)
                       .replace("HCM_FIELDS", hcm_fields)
                       .replace("CHAIN_FIELDS", chain_fields))
        self.proxy = Proxy("proxy", os.path.join(self.build, "outrigger"), path, admin, self.folder)
        self.processes.append(self.proxy)
        self.proxy.wait_ready()


@contextlib.contextmanager
def proxied(build):
    """Everything it started has ended well when it is left."""
    with tempfile.TemporaryDirectory(prefix="outrigger-conformance-") as folder:
        world = Proxied(os.path.abspath(build), folder)
        try:
            yield world
            world.proxy.check_alive()
        finally:
            statuses = [process.end() for process in reversed(world.processes)]
    if statuses[0] != 0:
        raise SystemExit(f"the proxy ended with status {statuses[0]}")
