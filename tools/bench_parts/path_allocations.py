"""Heap allocations of steady requests: counted in the shipped binary by a preloaded object."""
import os
import struct

from bench_parts.path_calls import PATH, completed
from bench_parts.proxies import start_outrigger
from bench_parts.wrk import Wrk
from scenario import report
from scenario.waiting import wait_for

SLOT = struct.Struct("QQ")  # as in malloc_count.cc
LIBRARY = "liboutrigger_malloc_count.so"
WARM_REQUESTS = 20_000


def _calls(path, task):
    """Of one thread, since it started."""
    with open(path, "rb") as file:
        return sum(calls for thread, calls in SLOT.iter_unpack(file.read()) if thread == task)


def measure(world, service, figures, requests_min):
    report.heading("heap allocations: the worker of the shipped binary, 64 kept connections")
    path = os.path.join(world.folder, "allocations")
    contender = start_outrigger(world, service, "outrigger-counted", [
        f"LD_PRELOAD={world.binary(LIBRARY)}", f"OUTRIGGER_MALLOC_COUNT={path}"])
    wrk = world.keep(Wrk(contender.port, world.folder, path=PATH))

    def reach(count):
        wait_for("requests", lambda: completed(contender) >= count, step=0.1)
        return _calls(path, contender.task), completed(contender)
    warm, warm_requests = reach(WARM_REQUESTS)
    calls, requests = reach(warm_requests + requests_min)
    outcome = wrk.finish()
    world.processes.remove(wrk)
    figures.require("it counts", warm > 0,
                    f"{report.counted(warm)} from the start to request {report.counted(warm_requests)}")
    figures.require("errors", outcome.errors == 0, outcome.errors)
    figures.show("allocations after that", report.counted(calls - warm), "",
                 f"in {report.counted(requests - warm_requests)} requests")
    figures.check("allocations per steady request", (calls - warm) / (requests - warm_requests), 0,
                  digits=6)
    world.end(contender.process)
