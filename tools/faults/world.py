"""Two services, a control plane, a proxy and its steady clients, in one folder; all ended when it is left."""
import json
import os
import random
import shutil
import signal
import tempfile

from faults import content
from faults.ledger import compare
from scenario.control import Control
from scenario.load import Load
from scenario.processes import Process, free_ports
from scenario.proxy import Proxy
from scenario.resources import Resources
from scenario.waiting import ScenarioFailure, wait_for

NODE = "node"
REPORT_MS = "50"


class Service(Process):
    """Watched by its counts: requests, connections_accepted, connections_open."""

    def __init__(self, name, command, folder, ledger):
        self.counts = None
        self.ledger = ledger
        super().__init__(name, [*command, "--ledger", ledger, "--report-ms", REPORT_MS], folder)

    def on_line(self, line):
        if line.startswith("{"):
            self.counts = json.loads(line)


class World:
    def __init__(self, build_folder, api_type, seed):
        self.build = build_folder
        self.api_type = api_type
        self.random = random.Random(seed)
        self.folder = tempfile.mkdtemp(prefix="outrigger-faults-")
        self.processes = []
        self.loads = []
        self.services = []
        self.keeps_folder = False
        self.resources = Resources(None, os.path.join(self.folder, "resources"), {})
        (self.http_port, self.tcp_port, self.spare_port, self.admin_port,
         self.control_port) = free_ports(5)
        self.control = self.proxy = None
        self.control_arguments = []
        self._ledgers = []  # (load, path)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        for process in reversed(self.processes):
            process.end(5)
        if kind is not None and issubclass(kind, Exception):
            self.keeps_folder = True
            print(f"logs: {self.folder}")
        if not self.keeps_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def binary(self, name):
        return os.path.join(self.build, name)

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _keep(self, process):
        self.processes.append(process)
        return process

    # What there is to serve.

    def write(self, kind, name, text):
        self.resources.write(None, f"nodes/{NODE}/{kind}/{name}.yaml", text=text)

    def remove(self, kind, name):
        self.resources.remove(f"nodes/{NODE}/{kind}/{name}.yaml")

    def write_basics(self, number=0):
        ports = [service.port for service in self.services]
        self.write("clusters", "service", content.cluster("service", number))
        self.write("endpoints", "service", content.endpoints("service", ports, number))
        self.write("routes", "main", content.routes("main", "service", number))
        self.write("listeners", "http", content.http_listener("http", self.http_port, "main", number))
        self.write("listeners", "tcp", content.tcp_listener("tcp", self.tcp_port, "service", number))

    # Programs.

    def start(self, service_arguments=()):
        for name in ("a", "b"):
            self.start_service(name, service_arguments)
        self.write_basics()
        self.start_control()
        self.start_proxy()
        self.proxy.wait_ready()

    def start_service(self, name, arguments=()):
        service = self._keep(Service(f"service-{name}", [
            self.binary("outrigger-example-service"), "--listen", "127.0.0.1:0", "--name", name,
            "--version", name, *arguments], self.folder, self._path(f"service-{name}.ledger")))
        service.port = service.listening_port()
        self.services.append(service)
        return service

    def start_control(self):
        """A second call continues on the same port."""
        self.control = self._keep(Control(self.binary("outrigger-control"), self.resources.folder,
                                          self.control_port, self.folder, self.control_arguments))
        self.control.listening_port()

    def kill_control(self):
        self.control.expects_end = True
        self.control.signal(signal.SIGKILL)
        self.control.end()
        self.processes.remove(self.control)

    def bring_control_back(self):
        self.start_control()
        wait_for("the node to come back", lambda: self.control.find_line("node node is connected"), seconds=60)

    def start_proxy(self):
        path = self._path("proxy.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(content.bootstrap(NODE, self.admin_port, self.control_port, self.api_type))
        self.proxy = self._keep(Proxy("proxy", self.binary("outrigger"), path, self.admin_port, self.folder))

    def start_load(self, name, port, rate, arguments, timeout_s=60):
        ledger = self._path(f"{name}.ledger")
        load = self._keep(Load(self.binary("outrigger-load"), port, rate, self.folder, f"load-{name}",
                               ["--ledger", ledger, "--timeout-ms", str(timeout_s * 1000), *arguments]))
        self.loads.append(load)
        self._ledgers.append((load, ledger))
        return load

    def check_alive(self):
        for process in self.processes:
            process.check_alive()

    # Pushes.

    def push(self, change, *kinds, refusable="bad-"):
        """Does `change` and waits until the node has taken one response of each of `kinds`. Returns the
        reasons for which it refused parts of them: they must speak of `refusable`."""
        mark = self.control.mark()
        change()
        refused = {}

        def is_taken():
            self.check_alive()
            seen = set()
            for _, verdict, kind, version, _, reason in self.control.verdicts(mark):
                if verdict == "rejected":
                    if refusable not in (reason or ""):
                        raise ScenarioFailure(f"{kind} version {version} was refused: {reason}")
                    refused[kind] = reason
                seen.add(kind)
            return seen.issuperset(kinds)
        wait_for(f"{kinds} to be taken", is_taken, step=0.001)
        return refused

    def end_loads(self):
        for load in self.loads:
            status = load.end(120)
            if status not in (0, 1):  # 1: its report says what has failed
                raise ScenarioFailure(f"{load.name} ended with status {status}, see {load.log_path}")
            self.processes.remove(load)
        self.loads = []

    def account(self):
        """Ends the clients, the proxy and the services, and compares what they noted."""
        self.end_loads()
        if self.proxy in self.processes:
            if self.proxy.end() != 0:
                raise ScenarioFailure(f"the proxy did not end well, see {self.proxy.log_path}")
            self.processes.remove(self.proxy)
        for service in self.services:
            service.end()
            self.processes.remove(service)
        return compare([(load.counts, path) for load, path in self._ledgers],
                       [service.ledger for service in self.services])
