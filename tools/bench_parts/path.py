"""tools/bench path: what one request costs."""
import os

from bench_parts import path_allocations, path_calls, path_memory, path_ratios
from bench_parts.bench_world import BenchWorld
from bench_parts.path_calls import PATH
from bench_parts.proxies import (PARITY, answer_bytes, start_envoy, start_haproxy, start_nginx,
                                 start_outrigger)
from scenario import report

# (title, kind, path, seconds of a window, blocks of 8 windows)
FULL = [("10,000 requests per second, 128 B", "rate", PATH, 4, 12),
        ("10,000 requests per second, 16 kB", "rate", "/?bytes=16384", 4, 3),
        ("as many as it takes, 128 B", "saturated", PATH, 3, 2)]
QUICK = [("10,000 requests per second, 128 B", "rate", PATH, 1.5, 4),
         ("10,000 requests per second, 16 kB", "rate", "/?bytes=16384", 1, 1),
         ("as many as it takes, 128 B", "saturated", PATH, 1, 1)]


def _start_peers(world, service, envoy):
    yield start_outrigger(world, service)
    yield start_nginx(world, service)
    yield start_haproxy(world, service)
    if os.path.exists(envoy):
        yield start_envoy(world, service, envoy)
    else:
        print(report.bad("  no Envoy here, so it is not compared with: run tools/setup --peers"))


def run(root, build_folder, is_quick, figures):
    with BenchWorld(build_folder) as world:
        service = world.start_service()
        path_memory.measure(world, root, figures)
        path_allocations.measure(world, service, figures, 20_000 if is_quick else 500_000)
        alone = start_outrigger(world, service, "outrigger-traced")
        path_calls.measure(world, alone, figures, 3 if is_quick else 10)
        world.end(alone.process)

        report.heading("the peers")
        contenders = list(_start_peers(world, service, os.path.join(root, "build", "deps", "envoy")))
        print(PARITY)
        for contender in contenders:
            figures.show(f"  {contender.name}, one whole answer", answer_bytes(contender, PATH), "B")
        path_ratios.measure(world, contenders, figures, QUICK if is_quick else FULL)
