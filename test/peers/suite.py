"""What the suites of client programs share: a proxy with a service behind it, and how cases are run.

A suite is called with BUILD_DIR and perhaps --tls: then the client speaks TLS and the proxy HTTP/2 to the
service; else both speak plaintext, and it is HTTP/1 to the service.
"""
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, "test", "conformance"))

from proxied import PEERS, proxied  # noqa: E402

PYTHON = os.path.join(os.path.dirname(PEERS), "python")
PROGRAM_SECONDS = 120


class CaseFailure(Exception):
    """Says what was seen instead of what had to be."""


def require(is_so, seen):
    if not is_so:
        raise CaseFailure(seen)


def need_programs(*names):
    """Nothing is passed over because its program is not there."""
    missing = [name for name in names if shutil.which(name) is None]
    missing += [path for path in (os.path.join(PEERS, "echo_service"), PYTHON) if not os.path.exists(path)]
    if missing:
        raise SystemExit(f"missing: {', '.join(missing)}. Run tools/setup --peers")


def use_libraries():
    """Python's libraries of other people, at the versions of tools/peers/python.txt."""
    need_programs()
    sys.path.insert(0, PYTHON)


def run_program(command, **options):
    """Both outputs as text; `options` are those of subprocess.run."""
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              errors="replace", timeout=PROGRAM_SECONDS, check=False, **options)
    except subprocess.TimeoutExpired as error:
        raise CaseFailure(f"{command[0]} does not end") from error


class Target:
    """The proxy as a client finds it."""

    def __init__(self, world, over_tls):
        self.over_tls = over_tls
        self.folder = world.folder
        self.port = world.ingress
        self.proxy = world.proxy
        self.base = f"{'https' if over_tls else 'http'}://localhost:{world.ingress}"
        self.authority = world.certificates.ca

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content)
        return path


def echo_service(world):
    return world.start_service("echo", [os.path.join(PEERS, "echo_service")])


def _start(world, over_tls, start_service, hcm_fields):
    cluster_fields, chain_fields = "", ""
    if over_tls:
        world.certificates.issue("server", "DNS:localhost")
        chain_fields = world.certificates.context("Downstream", "server", trust=None,
                                                  alpn="h2, http/1.1") + ","
        if start_service is echo_service:
            cluster_fields = "http2_protocol_options: {},"
    port = start_service(world).listening_port()
    world.start_proxy(port, cluster_fields, hcm_fields, chain_fields)
    return Target(world, over_tls)


def _run_case(case, target):
    try:
        case(target)
        target.proxy.check_alive()
    except Exception as failure:  # whatever a library raises fails this case alone
        print(f"{case.__name__:<50}FAILED: {type(failure).__name__}: {failure}", flush=True)
        return False
    print(f"{case.__name__:<50}passed", flush=True)
    return True


def main(cases, start_service=echo_service, hcm_fields=""):
    """`cases(target)`: functions of a Target, each named for what it shows."""
    with proxied(sys.argv[1]) as world:
        target = _start(world, "--tls" in sys.argv, start_service, hcm_fields)
        results = [_run_case(case, target) for case in cases(target)]
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if results and all(results) else 1
