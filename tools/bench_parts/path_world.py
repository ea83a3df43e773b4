"""What the contenders have around them: a service in plaintext, one by mutual TLS, and certificates."""
import os

from bench_parts.bench_world import BenchWorld
from bench_parts.proxies import start_envoy, start_haproxy, start_nginx, start_outrigger
from scenario import report
from scenario.certificates import Certificates
from scenario.load import Load
from scenario.waiting import ScenarioFailure

HOST = "demo.local"
PEERS = ["nginx", "haproxy", "envoy"]
STARTS = {"outrigger": start_outrigger, "nginx": start_nginx, "haproxy": start_haproxy, "envoy": start_envoy}


class PathWorld(BenchWorld):
    def __init__(self, root, build_folder):
        super().__init__(build_folder)
        self.root = root
        self.envoy = os.path.join(root, "build", "deps", "envoy")
        self.contenders = []

    def start(self):
        self.certificates = Certificates(os.path.join(self.folder, "certificates"))
        for name, of in (("proxy", HOST), ("service", "service.local"), ("client", "client.local")):
            self.certificates.issue(name, f"DNS:{of}")
            with open(self.certificates.path(f"{name}.both"), "w", encoding="utf-8") as both:
                for kind in ("pem", "key"):
                    with open(self.certificates.path(f"{name}.{kind}"), encoding="utf-8") as part:
                        both.write(part.read())
        self.service = self.start_service()
        self.mutual_service = self.start_service("mutual-service", [
            "--tls-certificate", self.certificates.path("service.pem"), "--tls-key",
            self.certificates.path("service.key"), "--tls-client-ca", self.certificates.ca])

    def start_contender(self, kind, **options):
        return STARTS[kind](self, **options)

    def names(self):
        """Of those that are here."""
        if os.path.exists(self.envoy):
            return list(STARTS)
        print(report.bad("  no Envoy here, so it is not compared with: run tools/setup --peers"))
        return [name for name in STARTS if name != "envoy"]

    def all_contenders(self):
        """Started when they are first asked for."""
        if not self.contenders:
            self.contenders = [self.start_contender(name) for name in self.names()]
        return self.contenders

    def run_load(self, port, rate, seconds, arguments):
        """One run of a fixed rate from begin to end; returns its counts. Every answer is checked."""
        load = Load(self.binary("outrigger-load"), port, rate, self.folder, self.next_name("load"),
                    ["--host", HOST, "--seconds", str(seconds), *arguments], prefix=self.load_prefix())
        load.expects_end = True
        status = load.wait(seconds + 60)
        if load.counts is None or status not in (0, 1):
            raise ScenarioFailure(f"the load ended with status {status}, see {load.log_path}")
        return load.counts
