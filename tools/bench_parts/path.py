"""tools/bench path: what one request costs."""
import os

from bench_parts import path_allocations, path_calls, path_memory, path_parity, path_ratios, path_routes
from bench_parts.cases import CASES
from bench_parts.path_table import Table
from bench_parts.path_world import PathWorld
from bench_parts.proxies import PARITY

ALONE = ["rest", "allocations", "calls"]
COMPARED = [case.key for case in CASES] + ["saturated", "routes", "idle"]
PARTS = ALONE + COMPARED
# (seconds of a window, blocks of two windows for each contender)
FULL, FULL_SATURATED = (3, 8), (3, 3)
QUICK, QUICK_SATURATED = (1, 2), (1, 1)


def _measure_alone(world, parts, is_quick, figures):
    if "rest" in parts:
        path_memory.measure(world, figures)
    if "allocations" in parts:
        path_allocations.measure(world, figures, 20_000 if is_quick else 500_000)
    if "calls" in parts:
        path_calls.measure(world, figures, 3 if is_quick else 10)


def _measure_compared(world, parts, is_quick, table):
    plan = QUICK if is_quick else FULL
    if "idle" in parts:
        path_memory.compare(world, table)
    cases = [case for case in CASES if case.key in parts]
    if cases or "saturated" in parts:
        print(PARITY)
        path_parity.measure(world, table)
    for case in cases:
        path_ratios.measure(world, case, table, plan)
    if "saturated" in parts:
        path_ratios.measure_saturated(world, table, QUICK_SATURATED if is_quick else FULL_SATURATED)
    if "routes" in parts:
        path_routes.measure(world, table, plan)


def run(root, build_folder, options, figures):
    parts = options.case or PARTS
    with PathWorld(root, build_folder) as world:
        world.start()
        _measure_alone(world, parts, options.quick, figures)
        table = Table(figures)
        _measure_compared(world, parts, options.quick, table)
        table.finish(os.path.join(root, "build", "bench"))
