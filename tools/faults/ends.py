"""Ends that come at the wrong moment: of the proxy, and of connections to services."""
import signal

from faults.traffic import Traffic
from scenario.waiting import ScenarioFailure


def sigterm(world, size):
    """F22: SIGTERM under load: whatever was sent is answered, and the process ends well."""
    world.start()
    traffic = Traffic(world, size.rate)
    world.proxy.expects_end = True
    world.proxy.signal(signal.SIGTERM)
    traffic.wait_for_more(20)  # it goes on accepting while it drains
    traffic.end_long()
    world.end_loads()
    status = world.proxy.wait(30)
    if status != 0:
        raise ScenarioFailure(f"the proxy ended with status {status}")
    return "drained, status 0"


def closing_service(world, size):
    """F11: services that close 0 to 5 ms after an answer: no GET fails."""
    world.start(["--close-within-ms", "5"])
    load = world.start_load("closing", world.http_port, size.closing_rate,
                            ["--connections", "32", "--requests", str(size.closing_rate * size.closing_s)])
    load.expects_end = True
    load.wait(120)
    closed = sum(service.counts["connections_accepted"] for service in world.services)
    if closed < 50:
        raise ScenarioFailure(f"only {closed} connections to services: nothing was tried")
    return f"{load.counts['requests']} GETs over {closed} connections"
