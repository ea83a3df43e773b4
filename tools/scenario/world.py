"""The demonstration's world: services, two proxies, a control plane and a load, in one folder."""
import os
import shutil
import tempfile

from scenario.certificates import Certificates
from scenario.control import Control
from scenario.load import Load
from scenario.loads import Loads
from scenario.processes import Process, free_ports
from scenario.proxy import Proxy
from scenario.resources import Resources, endpoints

CLIENT, SERVER = "demo-client", "demo-server"


class World:
    """Use as a context: everything it started has ended when it is left."""

    def __init__(self, build_folder, template_folder):
        self.build = build_folder
        self.folder = tempfile.mkdtemp(prefix="outrigger-demo-")
        self.processes = []
        self.keeps_folder = False
        self.problems = []
        self.controls = []  # the one that runs is the last
        self._templates = template_folder

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.end_all()
        if kind is not None and issubclass(kind, Exception):
            self.keeps_folder = True  # for the logs
        if not self.keeps_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def binary(self, name):
        return os.path.join(self.build, name)

    def _started(self, process):
        self.processes.append(process)
        return process

    def start_service(self, name, version):
        service = self._started(Process(name, [
            self.binary("outrigger-example-service"), "--listen", "127.0.0.1:0", "--name", name,
            "--version", version], self.folder))
        service.port = service.listening_port()
        return service

    def start(self):
        """All but the load; returns when both proxies are ready."""
        self.services = {name: self.start_service(name, name) for name in ("v1", "v2")}
        names = ("EGRESS_PORT", "EGRESS_2_PORT", "INGRESS_V1_PORT", "INGRESS_V2_PORT",
                 "client_admin", "server_admin", "control")
        self.ports = dict(zip(names, free_ports(len(names))))
        certificates = Certificates(os.path.join(self.folder, "certificates"))
        for node in (CLIENT, SERVER):
            certificates.issue(node, f"URI:spiffe://demo.local/{node}")
        self.resources = Resources(self._templates, os.path.join(self.folder, "resources"), {
            **{name: port for name, port in self.ports.items() if name.isupper()},
            "CERTIFICATES": certificates.folder, "WEIGHT_V1": 90, "WEIGHT_V2": 10,
            "ROUTE_TIMEOUT": "15s", "CONNECT_TIMEOUT": "1s", "IDLE_TIMEOUT": "3600s",
            "DOMAINS": '["demo.local"]',
            "V1_ENDPOINTS": endpoints([self.services["v1"].port]),
            "V2_ENDPOINTS": endpoints([self.services["v2"].port])})
        self.resources.write_all()
        self.start_control()
        self.client = self.start_proxy("client-proxy", CLIENT, self.ports["client_admin"])
        self.server = self.start_proxy("server-proxy", SERVER, self.ports["server_admin"])
        for proxy in (self.client, self.server):
            proxy.wait_ready()

    def start_control(self):
        """A second call continues on the same port."""
        self.control = self._started(Control(self.binary("outrigger-control"), self.resources.folder,
                                             self.ports["control"], self.folder))
        self.controls.append(self.control)
        self.control.listening_port()

    def count_verdicts(self, what):
        """How many pushed responses were "accepted" or "rejected"."""
        return sum(verdict[1] == what for control in self.controls for verdict in control.verdicts())

    def start_proxy(self, name, node_id, admin_port):
        self.resources.values.update(NODE_ID=node_id, ADMIN_PORT=admin_port,
                                     CONTROL_PORT=self.ports["control"])
        path = os.path.join(self.folder, f"{name}.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.resources.render("bootstrap.yaml"))
        return self._started(Proxy(name, self.binary("outrigger"), path, admin_port, self.folder))

    def start_load(self, name, rate, arguments, port="EGRESS_PORT"):
        return self._started(Load(self.binary("outrigger-load"), self.ports[port], rate, self.folder, name,
                                  arguments))

    def start_loads(self, rate):
        """One for each way that a client may speak; `rate` is that of all."""
        return Loads(self.start_load, rate)

    def end_loads(self, loads):
        for load in loads.all:
            self.end(load)

    def check_alive(self):
        for process in self.processes:
            process.check_alive()

    def end(self, process):
        # A load answers what it has queued; on a busy machine that takes a while.
        status = process.end(120 if isinstance(process, Load) else 10)
        # 1 says that requests have failed, which its report says as well.
        if status != 0 and not (isinstance(process, Load) and status == 1):
            self.problems.append(f"{process.name} ended with status {status}, "
                                 f"see {process.log_path}")
            self.keeps_folder = True
        if process in self.processes:
            self.processes.remove(process)

    def end_all(self):
        """Clients before servers."""
        while self.processes:
            self.end(self.processes[-1])
