"""Outrigger and those it is compared with: one worker each, as equal as they get (B-9)."""
import os
import socket

from bench_parts.machine import pinned, process_ticks, PROXY_CORE, threads
from scenario.processes import Process, free_ports, process_ns
from scenario.proxy import Proxy
from scenario.waiting import wait_for

PARITY = """\
  Connections kept on both sides but where it says otherwise, HTTP/1 to the service, no access log, one
  worker on a core of its own. TLS 1.3 with X25519, AES-128-GCM and P-256 certificates, nothing resumed.
  Outrigger and Envoy: the same bootstrap, all stats on. HAProxy: its counters on. nginx: no counters."""


class Contender:
    """One running proxy. `pid`: of the process that does the work; all of its threads count."""

    def __init__(self, name, process, ports, pid):
        self.name, self.process, self.ports, self.pid = name, process, ports, pid

    @property
    def port(self):
        return self.ports["plain"]

    @property
    def task(self):
        """Of Outrigger: its worker."""
        return threads(self.pid)["worker_0"]

    def used_ns(self):
        return process_ns(self.pid)

    def used_ticks(self):
        return process_ticks(self.pid)


def wait_open(process, port):
    def check():
        process.check_alive()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0
    wait_for(f"{process.name} to listen", check)


def _choose_ports():
    return dict(zip(("plain", "http2", "tls", "mutual", "admin"), free_ports(5)))


def _values(world, ports, routes=""):
    return {"PORT": ports["plain"], "HTTP2_PORT": ports["http2"], "TLS_PORT": ports["tls"],
            "MUTUAL_PORT": ports["mutual"], "ADMIN_PORT": ports["admin"],
            "SERVICE_PORT": world.service.port, "MUTUAL_SERVICE_PORT": world.mutual_service.port,
            "CERTIFICATES": world.certificates.folder, "ROUTES": routes}


def start_proxy(world, name, path, ports, environment=()):
    """Outrigger, as it is started in the demonstration. `environment`: NAME=value for it alone."""
    prefix = [*world.proxy_prefix(), *(["env", *environment] if environment else [])]
    proxy = world.keep(Proxy(name, world.binary("outrigger"), path, ports["admin"], world.folder, prefix))
    proxy.wait_ready()
    return Contender("outrigger", proxy, ports, proxy.pid)


def start_outrigger(world, name="outrigger", environment=(), routes=""):
    ports = _choose_ports()
    path = world.write("bootstrap.yaml", f"{name}.yaml", **_values(world, ports, routes))
    return start_proxy(world, name, path, ports, environment)


def start_envoy(world, name="envoy", routes=""):
    ports = _choose_ports()
    path = world.write("bootstrap.yaml", f"{name}.yaml", **_values(world, ports, routes))
    process = world.keep(Process(name, [
        *pinned(PROXY_CORE), world.envoy, "-c", path, "--concurrency", "1", "--disable-hot-restart",
        "-l", "warning"], world.folder))
    wait_open(process, ports["plain"])
    return Contender("envoy", process, ports, process.pid)


def start_nginx(world, name="nginx", routes=""):
    ports = _choose_ports()
    path = world.write("nginx.conf", f"{name}.conf", **_values(world, ports, routes))
    user = ["-g", "user root;"] if os.getuid() == 0 else []
    process = world.keep(Process(name, [
        *pinned(PROXY_CORE), "nginx", "-p", world.folder, "-c", path, *user], world.folder))
    wait_open(process, ports["plain"])

    def worker():
        with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:
            return file.read().split()
    return Contender("nginx", process, ports, int(wait_for("nginx's worker", worker)[0]))


def start_haproxy(world, name="haproxy", routes=""):
    ports = _choose_ports()
    path = world.write("haproxy.cfg", f"{name}.cfg", **_values(world, ports, routes))
    process = world.keep(Process(name, [
        *pinned(PROXY_CORE), "haproxy", "-db", "-f", path], world.folder))
    wait_open(process, ports["plain"])
    return Contender("haproxy", process, ports, process.pid)
