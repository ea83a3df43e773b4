"""System calls of one request, on a saturated worker with its stats on."""
import re
import signal

from bench_parts.cases import SMALL
from bench_parts.wrk import Wrk
from scenario import report
from scenario.processes import Process
from scenario.waiting import wait_for

CALLS_MAX = 4.2
LINE = re.compile(r"^\s*(\d+)\s+(?:(\d+)\s+)?([a-z]\w*)$")


def completed(contender):
    return contender.process.sum_of("http.ingress.", "downstream_rq_completed")


def _traced(contender, world, seconds):
    """Calls and failed calls by name, and how many requests were completed meanwhile."""
    # Without -f it attaches to the one thread alone: what admin and control do is theirs.
    tracer = world.keep(Process("strace", ["strace", "-c", "-U", "calls,errors,name", "-p",
                                           str(contender.task)], world.folder))
    tracer.expects_end = True
    wait_for("strace to attach", lambda: any("attached" in line for line in tracer.lines))
    before = completed(contender)
    Wrk(contender.port, world.folder, seconds, path=SMALL).outcome()
    requests = completed(contender) - before
    tracer.signal(signal.SIGINT)
    tracer.wait(30)
    world.processes.remove(tracer)
    calls = {}
    for line in tracer.lines:
        if (match := LINE.match(line)) and match.group(3) != "total":
            calls[match.group(3)] = (int(match.group(1)), int(match.group(2) or 0))
    return calls, requests


def measure(world, figures, seconds):
    report.heading("system calls: strace on the worker, 64 kept connections, 128 B answers")
    contender = world.start_contender("outrigger", name="outrigger-traced")
    Wrk(contender.port, world.folder, 1, path=SMALL).outcome()  # upstream connections are there now
    calls, requests = _traced(contender, world, seconds)
    total = sum(count for count, _ in calls.values())
    figures.require("requests while it was traced", requests > 1000 and total > 0,
                    report.counted(requests))
    for name, (count, failed) in sorted(calls.items(), key=lambda item: -item[1][0]):
        if count / requests >= 0.005:
            figures.show(f"  {name}", f"{count / requests:.3f}", "",
                         f"{report.counted(failed)} failed" if failed else "")
    figures.check("system calls per request", total / max(requests, 1), CALLS_MAX)
    world.end(contender.process)
