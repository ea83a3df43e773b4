"""Outrigger and those it is compared with: one worker each, as equal as they get (B-9)."""
import os
import socket

from bench_parts.machine import pinned, PROXY_CORE, thread_ns, thread_ticks, threads
from scenario.processes import Process, free_ports
from scenario.proxy import Proxy
from scenario.waiting import wait_for

PARITY = """\
  HTTP/1.1, connections kept on both sides, no access log, one worker on a core of its own. Outrigger
  and Envoy: the same bootstrap, all stats on. HAProxy: its counters on. nginx: no counters."""


class Contender:
    """One running proxy and the thread that does its work."""

    def __init__(self, name, process, port, worker):
        self.name, self.process, self.port = name, process, port
        self.pid, self.task = worker

    def worker_ns(self):
        return thread_ns(self.pid, self.task)

    def worker_ticks(self):
        return thread_ticks(self.pid, self.task)


def _is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait_open(process, port):
    def check():
        process.check_alive()
        return _is_open(port)
    wait_for(f"{process.name} to listen", check)


def start_outrigger(world, service, name="outrigger", environment=(), template="bootstrap.yaml", **values):
    """`environment`: NAME=value for it alone. `values`: further ones of the template."""
    port, admin = free_ports(2)
    path = world.write(template, f"{name}.yaml", PORT=port, ADMIN_PORT=admin, SERVICE_PORT=service.port,
                       **values)
    prefix = [*world.proxy_prefix(), *(["env", *environment] if environment else [])]
    proxy = world.keep(Proxy(name, world.binary("outrigger"), path, admin, world.folder, prefix))
    proxy.wait_ready()
    return Contender("outrigger", proxy, port, (proxy.pid, threads(proxy.pid)["worker_0"]))


def start_envoy(world, service, binary):
    port, admin = free_ports(2)
    path = world.write("bootstrap.yaml", "envoy.yaml", PORT=port, ADMIN_PORT=admin,
                       SERVICE_PORT=service.port)
    process = world.keep(Process("envoy", [
        *pinned(PROXY_CORE), binary, "-c", path, "--concurrency", "1", "--disable-hot-restart",
        "-l", "warning"], world.folder))
    _wait_open(process, port)
    worker = wait_for("envoy's worker", lambda: threads(process.pid).get("wrk:worker_0"))
    return Contender("envoy", process, port, (process.pid, worker))


def start_nginx(world, service):
    port = free_ports(1)[0]
    path = world.write("nginx.conf", "nginx.conf", PORT=port, SERVICE_PORT=service.port)
    user = ["-g", "user root;"] if os.getuid() == 0 else []
    process = world.keep(Process("nginx", [
        *pinned(PROXY_CORE), "nginx", "-p", world.folder, "-c", path, *user], world.folder))
    _wait_open(process, port)

    def worker():
        with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:
            return file.read().split()
    pid = int(wait_for("nginx's worker", worker)[0])
    return Contender("nginx", process, port, (pid, pid))


def start_haproxy(world, service):
    port = free_ports(1)[0]
    path = world.write("haproxy.cfg", "haproxy.cfg", PORT=port, SERVICE_PORT=service.port)
    process = world.keep(Process("haproxy", [
        *pinned(PROXY_CORE), "haproxy", "-db", "-f", path], world.folder))
    _wait_open(process, port)
    return Contender("haproxy", process, port, (process.pid, process.pid))


def answer_bytes(contender, path):
    """The size of one whole answer: what each of them adds to it differs."""
    with socket.create_connection(("127.0.0.1", contender.port), timeout=5) as probe:
        probe.sendall(f"GET {path} HTTP/1.1\r\nHost: demo.local\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while piece := probe.recv(65536):
            answer += piece
    return len(answer)
