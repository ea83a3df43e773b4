"""tools/bench config: the CPU that a change of the configuration costs, beside Envoy on the same pushes."""
import dataclasses
import os
import statistics

from bench_parts import config_storm, config_traffic
from bench_parts.config_changes import CLUSTERS, LISTENERS, ROUTES, Content
from bench_parts.config_world import ConfigWorld
from bench_parts.machine import PROXY_CORE
from scenario import report

# By the first part of a case's name: how the resources come.
PROTOCOLS = {"delta": "DELTA_GRPC", "sotw": "GRPC"}


@dataclasses.dataclass
class Case:
    what: str
    kinds: tuple   # that are waited for
    change: object  # of Content, called with a number that is another one each time
    at_most: dict  # CPU milliseconds by protocol; None: what Envoy takes for it


ALL = ("clusters", "endpoints", "listeners", "routes")
CASES = {
    "cluster": Case("one cluster changes", ("clusters",), Content.change_cluster, {"delta": 1.5, "sotw": 20}),
    "endpoint": Case("one endpoint changes", ("endpoints",), Content.change_endpoint, {"delta": 0.7, "sotw": None}),
    "route": Case("one route changes", ("routes",), Content.change_route, {"delta": 20, "sotw": 20}),
    "listener": Case("one listener changes", ("listeners",), Content.change_listener, {"delta": 1.5, "sotw": None}),
    "again": Case("the same clusters again", ("clusters",), Content.repeat_clusters, {"delta": 20}),
    "all-again": Case("the same of all four types again", ALL, Content.repeat_all, {"sotw": 60}),
}
PARTS = [f"{protocol}-{key}" for protocol in PROTOCOLS for key, case in CASES.items() if protocol in case.at_most]
PARTS += ["delta-storm", "sotw-storm", "traffic"]


def run(root, build_folder, options, figures):
    envoy = os.path.join(root, "build", "deps", "envoy")
    parts = options.case or PARTS
    scale = 10 if options.quick else 1
    for protocol, api_type in PROTOCOLS.items():
        cases = [case for key, case in CASES.items() if f"{protocol}-{key}" in parts]
        if cases:
            with ConfigWorld(build_folder, envoy, api_type) as world:
                world.start()
                _measure(world, figures, protocol, cases, scale, rounds=5 if options.quick else 15)
        if f"{protocol}-storm" in parts:
            config_storm.measure(lambda name, api_type=api_type: ConfigWorld(
                build_folder, envoy, api_type, names=(name,), is_relayed=True, core=PROXY_CORE), figures, protocol,
                scale, rounds=5 if options.quick else 20)
    if "traffic" in parts:
        config_traffic.measure(build_folder, envoy, figures, scale, options.quick)


def _measure(world, figures, protocol, cases, scale, rounds):
    report.heading(f"{protocol}: {report.counted(CLUSTERS // scale)} EDS clusters, "
                   f"{report.counted(ROUTES // scale)} routes, {LISTENERS // scale} listeners")
    content = Content(world, scale)
    content.fill()
    world.settle()
    for case in cases:
        costs = world.costs([lambda turn=turn, case=case: case.change(content, turn)
                             for turn in range(2, 2 + rounds)], case.kinds)
        ours, theirs = (statistics.median(costs[node.name]) for node in world.nodes)
        if scale > 1:
            figures.show(case.what, f"{ours:.2f}", "ms", f"Envoy {theirs:.2f} ms")
        else:
            figures.check(case.what, ours, case.at_most[protocol] or theirs, "ms")
            figures.show("  Envoy", f"{theirs:.2f}", "ms", f"{theirs / max(ours, 0.01):.1f} times as much")
