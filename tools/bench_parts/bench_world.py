"""A service, a load and the proxies of one benchmark, in one folder; all ended when it is left."""
import os
import shutil
import string
import tempfile

from bench_parts.machine import LOAD_CORE, PROXY_CORE, pinned
from scenario.processes import Process

CONF = os.path.join(os.path.dirname(os.path.abspath(__file__)), "conf")


class BenchWorld:
    def __init__(self, build_folder):
        self.build = build_folder
        self.folder = tempfile.mkdtemp(prefix="outrigger-bench-")
        self.processes = []
        self._started = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.end_all()
        if kind is not None and issubclass(kind, Exception):
            print(f"logs: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def binary(self, name):
        return os.path.join(self.build, name)

    def keep(self, process):
        """Ends it with the others."""
        self.processes.append(process)
        return process

    def end(self, process):
        process.end(120)
        self.processes.remove(process)

    def end_all(self):
        while self.processes:
            self.end(self.processes[-1])

    def write(self, template, name, **values):
        """Fills in a file of conf/; returns the path of the result."""
        path = os.path.join(self.folder, name)
        with open(os.path.join(CONF, template), encoding="utf-8") as source, \
                open(path, "w", encoding="utf-8") as file:
            file.write(string.Template(source.read()).substitute(values))
        return path

    def next_name(self, kind):
        """For one of many of a kind."""
        self._started += 1
        return f"{kind}-{self._started}"

    def start_service(self, name="service", arguments=()):
        service = self.keep(Process(name, [
            *self.load_prefix(), self.binary("outrigger-example-service"), "--listen", "127.0.0.1:0",
            "--name", name, "--version", "v1", *arguments], self.folder))
        service.port = service.listening_port()
        return service

    def load_prefix(self):
        return pinned(LOAD_CORE)

    def proxy_prefix(self):
        return pinned(PROXY_CORE)
