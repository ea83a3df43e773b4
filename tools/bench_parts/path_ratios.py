"""CPU per request against the peers, case by case (performance.md B-8, B-9)."""
import statistics

from bench_parts import ratios
from bench_parts.cases import SMALL
from bench_parts.path_windows import Lane, Windows
from bench_parts.wrk import Wrk
from scenario import report


def print_row(row, windows):
    fate = "" if row.dropped == 0 else (
        ", USED ALL THE SAME: too few were quiet" if row.are_noisy else ", dropped")
    print(report.faint(f"  {row.blocks} blocks, {row.dropped} with other programs running or the rate not "
                       f"held{fate}"))
    print(report.faint(f"  {'':<18}{'µs/request':>22}{'user':>8}{'system':>8}"
                       f"{windows.lanes[0].name + ' is':>22}{'95 % interval':>18}"))
    for lane in windows.lanes:
        user, system = windows.ticks[lane.name]
        line = (f"  {lane.name:<18}{row.us[lane.name].text():>22}{user / max(user + system, 1):>8.0%}"
                f"{system / max(user + system, 1):>8.0%}")
        if ratio := row.ratios.get(lane.name):
            line += f"{ratio.median:>21.3f}x{f'{ratio.low:.3f} .. {ratio.high:.3f}':>18}"
        print(line)


def fixed_rate(world, case, problems):
    """A lane's run at the rate of `case`, every answer checked."""
    arguments = case.arguments(world.certificates)

    def run(lane, seconds):
        counts = world.run_load(lane.contender.ports[case.port], case.rate, seconds, arguments)
        wanted = counts["requests"] if case.is_new else case.connections
        if counts["failed"] or counts["connections_opened"] != wanted:
            problems.append(f"{case.key}, {lane.name}: {counts['failed']} failed, {counts['failures']}, "
                            f"{counts['connections_opened']} connections for {wanted}")
        return counts["succeeded"], counts["succeeded"] / counts["seconds"]
    return run


def measure(world, case, table, plan):
    """`plan`: (seconds of a window, blocks)."""
    report.heading(f"CPU of the proxy: {case.title}, {report.counted(case.rate)} requests a second")
    run = fixed_rate(world, case, table.problems)
    lanes = [Lane(each.name, each, run, case.rate) for each in world.all_contenders()]
    windows = Windows(lanes).measure(*plan)
    row = ratios.row(case.title, windows)
    print_row(row, windows)
    table.add(case.key, row, windows, case.at_most)


def measure_saturated(world, table, plan):
    report.heading("CPU of the proxy: HTTP/1, kept connections, 128 B, as many as it takes")

    def run(lane, seconds):
        outcome = Wrk(lane.contender.port, world.folder, max(1, round(seconds)), path=SMALL).outcome()
        if outcome.errors:
            table.problems.append(f"saturated, {lane.name}: {outcome.errors} errors")
        return outcome.requests, outcome.rate
    windows = Windows([Lane(each.name, each, run) for each in world.all_contenders()]).measure(*plan)
    row = ratios.row("HTTP/1, kept connections, 128 B, saturated", windows)
    print_row(row, windows)
    for name, busy in windows.busy.items():
        proxy, load = (statistics.mean(pair[side] for pair in busy) for side in (0, 1))
        is_proxy_bound = proxy >= 0.97 and load < 0.90
        remark = "" if is_proxy_bound else "client-bound: says nothing about the proxy"
        report.row(f"  {name}, requests per second", f"{statistics.median(windows.rates[name]):,.0f}",
                   f"its core {proxy:.0%} busy, the load's {load:.0%} {remark}")
    table.add("saturated", row, windows)
