"""A control plane that is not there, stands still, or says what is hard to take."""
import signal
import socket
import time
import urllib.error
import urllib.request

from faults import content
from faults.traffic import Traffic
from scenario.waiting import ScenarioFailure, wait_for


def _ask(port):
    """Status and body of one request; None: nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return None


def _require(condition, text):
    if not condition:
        raise ScenarioFailure(text)


def absent_at_start(world, size):
    """F1: nobody there at the start: not ready, no listener; ready and right as soon as it comes."""
    for name in ("a", "b"):
        world.start_service(name)
    world.write_basics()
    world.start_proxy()
    wait_for("the admin server", lambda: world.proxy.get("/stats"))
    wait_for("it to try", lambda: world.proxy.stats().get("cluster.control.upstream_cx_connect_fail", 0) > 1)
    _require(world.proxy.get("/ready") is None, "it is ready without a configuration")
    _require(_ask(world.http_port) is None, "a listener is open without a configuration")
    world.start_control()
    world.proxy.wait_ready()
    traffic = Traffic(world, size.rate)
    traffic.wait_for_more(20)
    traffic.check_kept()
    return "ready once it came"


def stands_still(world, size):
    """F3: the control plane stops reading and writing; what is there serves on, what comes later is taken."""
    world.start()
    traffic = Traffic(world, size.rate)
    world.control.signal(signal.SIGSTOP)
    traffic.wait_for_more(100)
    world.control.signal(signal.SIGCONT)
    world.push(lambda: world.write("routes", "main", content.routes("main", "service", 1)), "routes")
    traffic.check_kept()
    return "went on behind it"


def no_endpoints(world, size):
    """F8: a cluster without endpoints is obeyed, with 503 and a reason; it serves again when some come."""
    world.start()
    world.push(lambda: world.write("endpoints", "service", content.endpoints("service", [])), "endpoints")
    wait_for("the reason", lambda: _ask(world.http_port) == (503, "no healthy upstream"))
    none_healthy = world.proxy.stats()["cluster.service.upstream_cx_none_healthy"]
    _require(none_healthy > 0, "no counter says why")
    world.push(world.write_basics, "endpoints")
    traffic = Traffic(world, size.rate)
    traffic.wait_for_more(20)
    traffic.check_kept()
    return "503 meanwhile"


def port_in_use(world, size):
    """F32: a listener whose port is taken is refused with the reason, and the others live."""
    world.start()
    traffic = Traffic(world, size.rate)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", world.spare_port))
        taken.listen()
        text = content.http_listener("bad-port", world.spare_port, "main")
        refused = world.push(lambda: world.write("listeners", "spare", text), "listeners")
        _require("in use" in refused.get("listeners", ""), f"refused: {refused}")
    world.push(lambda: world.write("listeners", "spare", content.http_listener(
        "bad-port", world.spare_port, "main", 1)), "listeners")
    wait_for("the port to serve once it is free", lambda: (_ask(world.spare_port) or (0,))[0] == 200)
    traffic.check_kept()
    return "refused, then free and serving"


def large_answer(world, size):
    """F33: a state of the world of many MB is taken while traffic goes on."""
    world.start()
    traffic = Traffic(world, size.rate)
    filler = "x" * 10_000
    count = size.large_mb * 100
    texts = [f"- {{name: big-{number}, type: STATIC, connect_timeout: 1s, metadata: {{filter_metadata: "
             f"{{faults: {{filler: {filler}}}}}}}}}\n" for number in range(count)]
    start = time.monotonic()
    for first in range(0, count, 100):  # a file is smaller than what one may be
        world.write("clusters", f"big-{first}", "".join(texts[first:first + 100]))
    wait_for("all of them", lambda: world.proxy.stats()["cluster_manager.active_clusters"] == count + 2,
             seconds=600)  # for the most part the control plane reads its files
    seconds = time.monotonic() - start
    traffic.wait_for_more(20)
    traffic.check_kept()
    return f"{size.large_mb} MB in {seconds:.1f} s"
