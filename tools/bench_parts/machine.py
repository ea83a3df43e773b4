"""Which core runs what, what a thread has used, and whether somebody else was running meanwhile."""
import contextlib
import os
import resource
import time

from scenario.processes import process_ns

TICK_NS = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
PROXY_CORE, LOAD_CORE = 1, 0  # B-2: the proxy has a core of its own
FOREIGN_MAX, STEAL_MAX = 0.05, 0.01


def pinned(core):
    return ["taskset", "--cpu-list", str(core)] if (os.cpu_count() or 1) > 1 else []


@contextlib.contextmanager
def only_on(core):
    """This program, and what it starts meanwhile."""
    before = os.sched_getaffinity(0)
    if len(before) > 1:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def threads(pid):
    """Thread ids by name; the last one wins where a name is not unique."""
    found = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/comm", encoding="utf-8") as file:
            found[file.read().strip()] = int(task)
    return found


def thread_ns(pid, task):
    """Its time on a core, by the scheduler's own accounting (B-3)."""
    with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0])


def process_ticks(pid):
    """(user, system) in ticks: too coarse for one window, good enough for a share over all."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return int(fields[11]), int(fields[12])


def process_tree(pid):
    """It and all that it has started."""
    found = [pid]
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
            for child in file.read().split():
                found += process_tree(int(child))
    return found


def proportional_bytes(pid):
    """(RSS, PSS)."""
    sizes = {}
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if name in ("Rss", "Pss"):
                sizes[name] = int(rest.split()[0]) * 1024
    return sizes["Rss"], sizes["Pss"]


def _busy():
    """(busy, stolen) of all cores in ticks since boot, and what each core was busy."""
    cores = {}
    with open("/proc/stat", encoding="ascii") as file:
        for line in file:
            if line.startswith("cpu"):
                name, *fields = line.split()
                user, nice, system, _, _, irq, softirq, steal = map(int, fields[:8])
                cores[name] = (user + nice + system + irq + softirq, steal)
    return cores


def _cpu_ns(pid):
    """Of a process and of those it has started: nginx works in a child."""
    total = 0
    try:
        total += process_ns(pid)
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                total += sum(_cpu_ns(int(child)) for child in file.read().split())
    except OSError:
        pass  # one that ends while we look: too short-lived to matter
    return total


def _own_ns():
    """Of this program, of all that it has started, and of those of them that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return _cpu_ns(os.getpid()) + int((ended.ru_utime + ended.ru_stime) * 1e9)


class Window:
    """What the machine did between two moments: how busy it was, and how much of that was not us."""

    def __init__(self):
        self._start = time.monotonic()
        self._own = _own_ns()
        self._cores = _busy()

    def end(self):
        self.seconds = time.monotonic() - self._start
        cores = _busy()
        busy_ns = (cores["cpu"][0] - self._cores["cpu"][0]) * TICK_NS
        room_ns = self.seconds * 1e9 * (os.cpu_count() or 1)
        self.steal = (cores["cpu"][1] - self._cores["cpu"][1]) * TICK_NS / room_ns
        self.foreign = max(0.0, (busy_ns - (_own_ns() - self._own)) / room_ns)
        self.core_share = {
            name: min(1.0, (cores[name][0] - self._cores[name][0]) * TICK_NS / (self.seconds * 1e9))
            for name in cores if name != "cpu"}
        return self

    def is_quiet(self):
        return self.foreign <= FOREIGN_MAX and self.steal <= STEAL_MAX
