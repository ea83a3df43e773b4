"""Updates that cost traffic nothing: storms of every type, a new cluster in every order, restarts."""
import itertools
import json

from faults import content
from faults.traffic import Traffic
from scenario.waiting import ScenarioFailure, wait_for

KINDS = ("routes", "endpoints", "clusters", "listeners")


# What of each kind the traffic runs on; of it a bad version is sent, too. Listeners take turns, so that a bad
# one of them would be there for longer than until the next update.
RUNNING = {"routes": "main", "endpoints": "service", "clusters": "service"}


class Updates:
    """Each one is of one kind and never the same twice."""

    def __init__(self, world):
        self.world = world
        self._numbers = itertools.count(1)
        self._bad = []  # what of it is there now

    def one(self, kind):
        if self.world.random.random() < 0.1:
            self._turn_bad()
        self.one_good(kind)

    def one_good(self, kind):
        number = next(self._numbers)
        self.world.push(lambda: self._change(kind, number), kind)

    def _change(self, kind, number):
        world = self.world
        if kind == "routes":
            world.write(kind, "main", content.routes("main", "service", number))
        elif kind == "endpoints":
            ports = [service.port for service in world.services]
            world.random.shuffle(ports)
            world.write(kind, "service", content.endpoints("service", ports, number))
        elif kind == "clusters":
            world.write(kind, "service", content.cluster("service", number))
        elif number % 2:
            world.write(kind, "http", content.http_listener("http", world.http_port, "main", number // 2))
        else:
            world.write(kind, "tcp", content.tcp_listener("tcp", world.tcp_port, "service", number // 2))

    def _turn_bad(self):
        """One more that cannot be taken, or one less; or a bad version of what is running, until its next
        update."""
        kind = self.world.random.choice(KINDS)
        if kind in RUNNING and self.world.random.random() < 0.5:
            self._refuse(kind, RUNNING[kind])
            self.one_good(kind)
        elif self._bad:
            self.world.remove(*self._bad.pop())
        else:
            kind, name = self.world.random.choice(("clusters", "listeners")), f"bad-{next(self._numbers)}"
            self._refuse(kind, name)
            self._bad.append((kind, name))

    def _refuse(self, kind, name):
        mark = self.world.control.mark()
        self.world.write(kind, name, content.bad(kind, name))
        wait_for(f"{kind} {name} to be refused", lambda: any(
            f"{name}: " in (verdict[5] or "") for verdict in self.world.control.verdicts(mark)), step=0.001)


def storm(world, size):
    """1,000 RDS, EDS and CDS and 300 LDS updates among one another, bad ones mixed in."""
    world.start()
    counts = {kind: size.pushes for kind in KINDS}
    counts["listeners"] = size.pushes * 3 // 10
    plan = [kind for kind, count in counts.items() for _ in range(count)]
    world.random.shuffle(plan)
    traffic = Traffic(world, size.rate)
    updates = Updates(world)
    before = world.proxy.rss_bytes()
    for kind in plan:
        updates.one(kind)
    grown = world.proxy.rss_bytes() - before
    traffic.wait_for_more(20)
    traffic.check_kept()
    return f"{len(plan)} updates, RSS {grown / 2**20:+.1f} MiB"


STEPS = ("clusters", "endpoints", "routes", "listeners", "removal")


class MovingService:
    """The service goes to a cluster of a new name again and again, step by step."""

    def __init__(self, world):
        self.world = world
        self._generation = 0
        self._old = "service"

    def change(self, order):
        self._generation += 1
        new = f"service-{self._generation}"
        mark = self.world.control.mark()
        for step in order:
            self._take(step, new)
        self._old = new
        number = self._generation

        def is_there():
            self.world.check_alive()
            return self.world.proxy.stats().get(f"cluster.{new}.upstream_rq_completed", 0) > 0
        wait_for(f"requests to come to {new} (change {number}, {order})", is_there)
        return mark

    def _take(self, step, new):
        world, number = self.world, self._generation
        mark = world.control.mark()
        if step == "clusters":
            world.write(step, new, content.cluster(new, number))
        elif step == "endpoints":
            world.write(step, new, content.endpoints(new, [each.port for each in world.services], number))
        elif step == "routes":
            world.write(step, "main", content.routes("main", new, number))
        elif step == "listeners":
            world.write("listeners", "tcp", content.tcp_listener("tcp", world.tcp_port, new, number))
        else:
            for kind in ("clusters", "endpoints"):
                world.remove(kind, self._old)
        # Endpoints of a cluster that is not there are asked for by nobody: then there is no verdict.
        wait_for(f"the control plane to serve {step}",
                 lambda: world.control.find_line("resources are served", mark), step=0.001)
        if step not in ("endpoints", "removal"):
            wait_for(f"{step} to be taken", lambda: any(
                verdict[2] == step for verdict in world.control.verdicts(mark)), step=0.001)


def orders(world, size):
    """A new cluster, its endpoints, the routes and the TCP listener to it, and the old one's end: in every order."""
    world.start()
    every = list(itertools.permutations(STEPS))
    if size.orders < len(every):
        every = world.random.sample(every, size.orders)
    traffic = Traffic(world, size.rate)
    service = MovingService(world)
    for order in every:
        service.change(order)
        traffic.wait_for_more(2)
    traffic.check_clients_kept()
    return f"{len(every)} orders"


def restarts(world, size):
    """The control plane is killed and comes back, again and again: nobody notices, and nothing is sent twice."""
    world.start()
    traffic = Traffic(world, size.rate)
    before = changes(world)
    for number in range(size.restarts):
        world.kill_control()
        traffic.wait_for_more(10)
        world.bring_control_back()
        if number % 2 == 0:  # and every other time there is news behind it
            world.push(lambda each=number: world.write(
                "routes", "main", content.routes("main", "service", 1000 + each)), "routes")
    if changes(world) != before:
        raise ScenarioFailure("a restart has changed clusters or listeners")
    traffic.check_kept()
    return f"{size.restarts} restarts"


def same_bytes(world, size):
    """The same is sent again, and again after a restart: no work, no change, no connection drained."""
    world.control_arguments = ["--resend-written"]
    world.start()
    traffic = Traffic(world, size.rate)
    before, seen = changes(world), _updates(world)[0]["number"]
    for _ in range(size.resends // 10):
        world.push(world.write_basics, *KINDS)
    world.kill_control()
    world.bring_control_back()
    traffic.wait_for_more(20)
    at_work = [update for update in _updates(world) if update["number"] > seen and any(
        update[name] for name in ("added", "changed", "removed", "rejected", "snapshot"))]
    if at_work or changes(world) != before:
        raise ScenarioFailure(f"the same bytes have changed something: {at_work[:2]}, {changes(world)}, before "
                              f"{before}")
    traffic.check_kept()
    return f"{size.resends // 10} times, and a restart"


def _updates(world):
    """What /updates tells of, the newest first."""
    return json.loads(world.proxy.get("/updates?format=json"))["updates"]


def changes(world):
    """How often a cluster or a listener was changed, as the proxy counts."""
    figures = world.proxy.stats()
    return [figures[name] for name in ("cluster_manager.cluster_added", "cluster_manager.cluster_modified",
                                       "listener_manager.listener_added", "listener_manager.listener_modified")]
