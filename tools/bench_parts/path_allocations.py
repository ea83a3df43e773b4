"""Heap allocations of steady requests: counted in the shipped binary by a preloaded object."""
import os
import struct

from bench_parts.cases import SMALL
from bench_parts.path_calls import completed
from bench_parts.wrk import Wrk
from scenario import report
from scenario.waiting import wait_for

SLOT = struct.Struct("QQ")  # as in malloc_count.cc
LIBRARY = "liboutrigger_malloc_count.so"
WARM_REQUESTS = 20_000
WINDOWS_MAX = 3


def _calls(path, task):
    """Of one thread, since it started."""
    with open(path, "rb") as file:
        return sum(calls for thread, calls in SLOT.iter_unpack(file.read()) if thread == task)


def _connections_made(contender):
    return contender.process.sum_of("cluster.", "upstream_cx_total")


def measure(world, figures, requests_min):
    report.heading("heap allocations: the worker of the shipped binary, 64 kept connections")
    path = os.path.join(world.folder, "allocations")
    contender = world.start_contender("outrigger", name="outrigger-counted", environment=[
        f"LD_PRELOAD={world.binary(LIBRARY)}", f"OUTRIGGER_MALLOC_COUNT={path}"])
    wrk = world.keep(Wrk(contender.port, world.folder, path=SMALL))

    def reach(count):
        wait_for("requests", lambda: completed(contender) >= count, step=0.1)
        return _calls(path, contender.task), completed(contender)
    warm, warm_requests = reach(WARM_REQUESTS)
    # More requests at once than ever before take one more connection: no steady request.
    for _ in range(WINDOWS_MAX):
        connections = _connections_made(contender)
        start, start_requests = reach(0)
        calls, requests = reach(start_requests + requests_min)
        if _connections_made(contender) == connections:
            break
    outcome = wrk.finish()
    world.processes.remove(wrk)
    figures.require("it counts", warm > 0,
                    f"{report.counted(warm)} from the start to request {report.counted(warm_requests)}")
    figures.require("errors", outcome.errors == 0, outcome.errors)
    figures.show("allocations after that", report.counted(calls - start), "",
                 f"in {report.counted(requests - start_requests)} requests")
    figures.check("allocations per steady request", (calls - start) / (requests - start_requests), 0,
                  digits=6)
    world.end(contender.process)
