"""One of the two: started with the bootstrap, asked, read out."""
import fcntl
import json
import os
import re
import socket
import struct
import time
import urllib.error
import urllib.request

from differential_parts.bootstrap import CERTIFICATES, bootstrap, log_path, resources
from differential_parts.clients import send
from differential_parts.services import Services
from scenario.processes import Process, free_ports
from scenario.waiting import ScenarioFailure

READY_SECONDS = 20
LOG_SECONDS = 10
LOG_QUIET_SECONDS = 0.5
OWN_PORTS = ("admin", "control", "source")
SIOCGIFADDR = 0x8915  # netdevice(7)


def _own_addresses():
    """Of the interfaces of this machine, but for the loopback."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            try:
                answer = fcntl.ioctl(asking, SIOCGIFADDR, struct.pack("256s", name.encode()))
            except OSError:
                continue  # it has none
            found.append(socket.inet_ntoa(answer[20:24]))
    return [address for address in found if not address.startswith("127.")]


OWN_ADDRESSES = _own_addresses()


class Side:
    def __init__(self, name, command, cases, folder, surroundings):
        """`surroundings`: the folder that a control plane serves, its port, the folder of certificates."""
        control_folder, control_port, self._certificates = surroundings
        self.name = name
        self.cases = cases
        self.folder = folder
        os.mkdir(folder)
        self.services = Services(self._certificates)
        self.ports = {**dict(zip(["admin", "source", *cases], free_ports(2 + len(cases)))), "control": control_port}
        self._resources = os.path.join(control_folder, "nodes", name)
        for path, resource in resources(folder, self.ports, self.services.ports, cases).items():
            self.serve(path, resource)
        path = os.path.join(self.folder, "bootstrap.json")
        self._write(path, bootstrap(name, self.folder, self.ports, self.services.ports, cases))
        self._process = Process(name, [*command, "-c", path], self.folder)

    def is_ready(self):
        """False when one of its ports has been taken by somebody else."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            try:
                self._process.check_alive()
                self.get("/ready")
                return True
            except ScenarioFailure as failure:
                last = [*self._process.lines[-5:], str(failure)]
                if any("in use" in line for line in last):
                    return False
                raise SystemExit("\n".join(last)) from failure
            except OSError:
                time.sleep(0.05)
        raise SystemExit(f"{self.name} is never ready: " + "\n".join(self._process.lines[-5:]))

    def serve(self, path, resource):
        """From now on the control plane has this one, such as `routes/name`."""
        path = os.path.join(self._resources, path + ".yaml")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self._write(path, resource)

    def served(self, path):
        with open(os.path.join(self._resources, path + ".yaml"), encoding="utf-8") as file:
            return json.load(file)

    def _write(self, path, value):
        """All of it at once, for whoever watches."""
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(json.dumps(value).replace(f'"{CERTIFICATES}/', f'"{self._certificates}/'))
        os.rename(path + ".new", path)

    def end(self):
        self._process.end()

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['admin']}{path}", timeout=20) as answer:
            return answer.read().decode()

    def get_json(self, path):
        """None where there is no such page."""
        try:
            return json.loads(self.get(path))
        except urllib.error.HTTPError:
            return None

    def ask(self, name, request, version):
        """What the client saw, and what the services."""
        port = self.ports[name]
        self._process.check_alive()
        answers = send((port, self.ports["source"]), _with_port(request, port), version,
                       (self.cases[name].tls, self._certificates))
        records = self.services.take(getattr(request, "records", -1))
        return {"answers": [_sorted(answer) for answer in answers],
                # Which service comes first is chance where there are several.
                "records": sorted(map(_sorted, records), key=lambda record: record["service"])}

    def wait_logs(self):
        """Both write their lines by themselves, some time after: until nothing more comes."""
        seen, deadline = -1, time.monotonic() + LOG_SECONDS
        while seen != (now := sum(len(self.log_lines(name)) for name in self.cases)) \
                and time.monotonic() < deadline:
            seen = now
            time.sleep(LOG_QUIET_SECONDS)

    def log_lines(self, name):
        try:
            with open(log_path(self.folder, name), encoding="utf-8", errors="backslashreplace") as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []

    def plain(self, value):
        """Without what differs from run to run: ports, times, ids."""
        text = json.dumps(value)
        places = {port: f"SERVICE {name}" for name, port in self.services.ports.items()}
        places.update({port: name.upper() if name in OWN_PORTS else "LISTENER" for name, port in self.ports.items()})
        text = re.sub(r"((?:127\.0\.0\.1|\[::1\]|\.test\.?):)(\d{4,5})",
                      lambda m: m[1] + places[int(m[2])] if int(m[2]) in places else m[0], text)
        text = re.sub(r"127\.0\.0\.1:\d{4,5}", "127.0.0.1:PORT", text)
        text = re.sub(r'("x-forwarded-port", )"(\d+)"',
                      lambda m: f'{m[1]}"{places.get(int(m[2]), m[2])}"', text)
        text = re.sub(r'("port_value": |"destination_port": |"source_ports": \[)(\d+)',
                      lambda m: f'{m[1]}"{places.get(int(m[2]), m[2])}"', text)
        for own in OWN_ADDRESSES:  # Envoy tells services such a one instead of the loopback's
            text = text.replace(own, "127.0.0.1")
        text = text.replace(self.folder, "FOLDER").replace(self._certificates, CERTIFICATES)
        text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
                      lambda m: m[0] if m[0].startswith("11111111") else "ID", text)
        text = re.sub(r'("date", )"[^"]*"', r'\1"DATE"', text, flags=re.IGNORECASE)
        text = re.sub(r'("x-envoy-upstream-service-time", )"\d+"', r'\1"MS"', text, flags=re.IGNORECASE)
        return json.loads(text)


def _with_port(request, port):
    """PORT in a host is the listener's own."""
    if "PORT" in getattr(request, "host", ""):
        return type(request)(**{**vars(request), "host": request.host.replace("PORT", str(port))})
    return request


def _sorted(seen):
    """Fields in an order that does not matter, those of one name as they came."""
    if isinstance(seen, dict) and "fields" in seen:
        seen["fields"] = sorted(seen["fields"], key=lambda field: field[0].lower())
    return seen
