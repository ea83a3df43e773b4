"""CPU per request against the peers, in one interleaved run (performance.md B-1 to B-5, B-8, B-9)."""
import random
import statistics

from bench_parts.bench_world import CONNECTIONS
from bench_parts.machine import LOAD_CORE, PROXY_CORE, Window
from bench_parts.path_calls import PATH
from bench_parts.wrk import Wrk
from scenario import report

RATE = 10_000
BLOCKS_MIN = 2  # of quiet ones; below that noisy ones are used, and it is said


class Measured:
    """The windows of one proxy in one block."""

    def __init__(self):
        self.us = []
        self.is_quiet = True


def _one_window(world, contender, run, totals):
    window, before, ticks = Window(), contender.worker_ns(), contender.worker_ticks()
    requests, rate = run(world, contender)
    used = contender.worker_ns() - before
    window.end()
    after = contender.worker_ticks()
    totals["user"] += after[0] - ticks[0]
    totals["system"] += after[1] - ticks[1]
    totals["busy"].append([window.core_share.get(f"cpu{core}", 1.0) for core in (PROXY_CORE, LOAD_CORE)])
    totals["rate"].append(rate)
    return used / requests / 1000, window.is_quiet() and rate >= run.rate_min


def _fixed_rate(path, seconds, problems):
    def run(world, contender):
        counts = world.run_load(contender.port, RATE, seconds, path)
        if counts["failed"] or counts["connections_opened"] != CONNECTIONS:
            problems.append(f"{contender.name}: {counts['failed']} failed, {counts['failures']}, "
                            f"{counts['connections_opened']} connections for {CONNECTIONS}")
        return counts["succeeded"], counts["succeeded"] / counts["seconds"]
    run.rate_min = 0.95 * RATE  # below it, the load had to wait: that is another measurement
    return run


def _saturated(seconds, problems):
    def run(world, contender):
        outcome = Wrk(contender.port, world.folder, seconds, path=PATH).outcome()
        if outcome.errors:
            problems.append(f"{contender.name}: {outcome.errors} errors")
        return outcome.requests, outcome.rate
    run.rate_min = 0
    return run


def _run_blocks(world, contenders, run, blocks):
    """A list of {name: Measured}, and what was seen on the way."""
    totals = {contender.name: {"user": 0, "system": 0, "busy": [], "rate": []}
              for contender in contenders}
    measured = []
    for _ in range(blocks):
        block = {contender.name: Measured() for contender in contenders}
        for contender in [*contenders, *reversed(contenders)]:
            us, is_quiet = _one_window(world, contender, run, totals[contender.name])
            block[contender.name].us.append(us)
            block[contender.name].is_quiet &= is_quiet
        measured.append(block)
    return measured, totals


def _interval(values, rounds=2000):
    """95 % of the medians of samples drawn from `values`."""
    draw = random.Random(1)
    medians = sorted(statistics.median(draw.choices(values, k=len(values))) for _ in range(rounds))
    return medians[int(rounds * 0.025)], medians[int(rounds * 0.975)]


def _print_table(measured, totals, losing, title):
    quiet = [block for block in measured if all(each.is_quiet for each in block.values())]
    used = quiet if len(quiet) >= BLOCKS_MIN else measured
    fate = "" if len(quiet) == len(measured) else (
        ", dropped" if used is quiet else ", USED ALL THE SAME: too few were quiet")
    print(report.faint(f"  {len(measured)} blocks, {len(measured) - len(quiet)} with other programs "
                       f"running or the rate not held{fate}"))
    print(report.faint(f"  {'':<12}{'µs/request':>12}{'user':>8}{'system':>8}"
                       f"{'outrigger is':>15}{'95 % interval':>18}"))
    for name, total in totals.items():
        ticks = max(total["user"] + total["system"], 1)
        us = statistics.median(statistics.mean(block[name].us) for block in used)
        line = (f"  {name:<12}{us:>12.2f}{total['user'] / ticks:>8.0%}"
                f"{total['system'] / ticks:>8.0%}")
        if name != "outrigger":
            ratios = [statistics.mean(block["outrigger"].us) / statistics.mean(block[name].us)
                      for block in used]
            ratio, (low, high) = statistics.median(ratios), _interval(ratios)
            line += f"{ratio:>14.3f}x{f'{low:.3f} .. {high:.3f}':>18}"
            if low > 1:
                losing.append(f"{title}: {ratio:.2f} times the CPU of {name}")
            elif high > 1:
                losing.append(f"{title}: not proven to be at or below {name} ({ratio:.2f} times)")
        print(line)


def measure(world, contenders, figures, plan):
    """`plan`: (title, kind, path, seconds of a window, blocks)."""
    losing, problems = [], []
    for title, kind, path, seconds, blocks in plan:
        report.heading(f"CPU of the worker: {title}")
        run = (_saturated(seconds, problems) if kind == "saturated"
               else _fixed_rate(path, seconds, problems))
        measured, totals = _run_blocks(world, contenders, run, blocks)
        _print_table(measured, totals, losing, title)
        if kind == "saturated":
            _print_saturation(totals)
    report.heading("where others are better")
    for line in losing or ["nowhere in this run"]:
        print(f"  {line}")
    figures.require("every answer right, none retried, none reconnected", not problems,
                    "; ".join(problems[:3]))


def _print_saturation(totals):
    for name, total in totals.items():
        proxy, load = (statistics.mean(pair[side] for pair in total["busy"]) for side in (0, 1))
        is_proxy_bound = proxy >= 0.97 and load < 0.90
        remark = "" if is_proxy_bound else "client-bound: says nothing about the proxy"
        report.row(f"  {name}, requests per second", f"{statistics.median(total['rate']):,.0f}",
                   f"its core {proxy:.0%} busy, the load's {load:.0%} {remark}")
