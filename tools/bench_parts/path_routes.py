"""The first of 5,000 routes against the last: each in the words its users would write (P6)."""
import dataclasses

from bench_parts import path_ratios, ratios
from bench_parts.cases import Case
from bench_parts.path_windows import Lane, Windows
from scenario import report

COUNT = 5_000
LAST_AT_MOST = 1.1  # of the first
CASE = Case("routes", f"one of {COUNT:,} routes", 1_000)


def _prefix(number):
    return f"/route-{number}/"


def _in_envoys_words():
    return "".join(f"{{match: {{prefix: {_prefix(number)}}}, route: {{cluster: service, timeout: 15s}}}}, "
                   for number in range(COUNT))


def _in_words_of(world, name):
    """A list in Outrigger's and Envoy's API, locations of nginx, a map of HAProxy."""
    if name == "nginx":
        return "".join(f"    location {_prefix(number)} {{ proxy_pass http://service; }}\n"
                       for number in range(COUNT))
    if name == "haproxy":
        path = f"{world.folder}/routes.map"
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(f"{_prefix(number)} out\n" for number in range(COUNT))
        return f"  use_backend %[path,map_beg({path},mutual)]"
    return _in_envoys_words()


def measure(world, table, plan):
    report.heading(f"CPU of the proxy: the last and the first of {COUNT:,} routes by prefix")
    lanes, contenders = [], []
    for name in world.names():
        contender = world.start_contender(name, name=f"{name}-routes", routes=_in_words_of(world, name))
        contenders.append(contender)
        for place, number in (("last", COUNT - 1), ("first", 0)):
            case = dataclasses.replace(CASE, path=f"{_prefix(number)}?bytes=128")
            run = path_ratios.fixed_rate(world, case, table.problems)
            lanes.append(Lane(f"{name} {place}", contender, run, case.rate))
    windows = Windows(lanes).measure(*plan)
    row = ratios.row(f"the last of {COUNT:,} routes", windows)
    path_ratios.print_row(row, windows)
    table.add("routes", row, windows, {"outrigger first": LAST_AT_MOST})
    for contender in contenders:
        world.end(contender.process)
