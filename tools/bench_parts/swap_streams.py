"""Open streams keep their part of the configuration: what a thousand of them hold over a thousand pushes."""
from bench_parts.machine import thread_ns
from bench_parts.swap_world import BULK_FILE_CLUSTERS, ENDPOINTS
from scenario import report
from scenario.load import Load
from scenario.waiting import wait_for

SMALL, LARGE = 1_000, 11_000
KEPT = ROLLING = 500
ROLLING_S = 5  # each of these lives that long, and the next one starts on what is newest then
GROWTH_MIB_MAX = 10
FOREVER_MS = 600_000


def _open_streams(world):
    """Half of them stay for good, half come and go, so that every recent version has some."""
    def start(name, rate, count, delay_ms, extra=()):
        return world.keep(Load(world.binary("outrigger-load"), world.port, rate, world.folder, name, [
            "--connections", str(count), "--path", f"/?delay_ms={delay_ms}",
            "--timeout-ms", str(FOREVER_MS), *extra]))
    kept = start("kept", KEPT, KEPT, FOREVER_MS - 1000, ["--requests", str(KEPT)])
    rolling = start("rolling", ROLLING / ROLLING_S, ROLLING, ROLLING_S * 1000)
    wait_for("the streams to be open", lambda: _active(world) >= 0.98 * (KEPT + ROLLING), step=0.5)
    return kept, rolling


def _active(world):
    return world.proxy.sum_of("http.ingress.", "downstream_rq_active")


def _push_all(world, pushes):
    for number in range(pushes):
        weight = 2 + number % 100
        bulk = number % LARGE
        start = bulk - bulk % BULK_FILE_CLUSTERS

        def change(weight=weight, start=start, bulk=bulk):
            world.resources.set(ENDPOINTS, WEIGHT_A=weight)
            world.write_bulk_endpoints(start, weight, bulk)
        world.push(change, "endpoints")


def measure(world, figures, pushes):
    report.heading(f"{report.counted(SMALL)} and {report.counted(LARGE)} clusters")
    world.write_bulk(0, SMALL)
    small = world.wait_clusters(SMALL)
    world.write_bulk(SMALL, LARGE - SMALL)
    large = world.wait_clusters(LARGE)
    figures.show("RSS", f"{report.mib(small)} / {report.mib(large)}")
    figures.show("  per cluster with one endpoint", f"{(large - small) / (LARGE - SMALL) / 1000:.2f}", "kB",
                 "5 kB are wanted")

    report.heading(f"{KEPT + ROLLING} open streams, {pushes} changes of endpoints among them")
    kept, rolling = _open_streams(world)
    before, cpu_before = world.rss_at_rest(5), thread_ns(world.proxy.pid, world.proxy.pid)
    mark = world.control.mark()
    _push_all(world, pushes)
    cpu = thread_ns(world.proxy.pid, world.proxy.pid) - cpu_before
    active, after = _active(world), world.proxy.rss_bytes()
    accepted = sum(verdict[1] == "accepted" for verdict in world.control.verdicts(mark))
    figures.require("pushes accepted, each waited for", accepted >= pushes, accepted)
    figures.require("streams open at the end", active >= 0.98 * (KEPT + ROLLING), active)
    figures.require("none failed", kept.failed() + rolling.failed() == 0,
                    f"{report.counted(rolling.answered())} answers checked")
    figures.show("RSS before / after", f"{report.mib(before)} / {report.mib(after)}")
    figures.check("growth", (after - before) / 2**20, GROWTH_MIB_MAX, "MiB")
    figures.show("control thread per push", f"{cpu / pushes / 1e6:.3f}", "ms", "1.5 ms are wanted")
    for load in (kept, rolling):
        load.end(0.1)  # what is still held is given up
        world.processes.remove(load)
