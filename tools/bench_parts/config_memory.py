"""tools/bench memory: what configuration without traffic holds, beside Envoy on the same pushes."""
import os
import time

from bench_parts.config_world import ConfigWorld
from bench_parts.config_yaml import (authority_yaml, cluster_yaml, endpoints_yaml, listener_yaml,
                                     many_endpoints_yaml, rds_yaml, routes_yaml, small_table_yaml,
                                     tls_cluster_yaml)
from scenario import report
from scenario.certificates import Certificates
from scenario.waiting import ScenarioFailure, wait_for

LEFT_MAX = 1.2
GIVE_BACK_S = 60
SETTLE_S = 12  # longer than it takes until what a push left over has gone back to the kernel


class Case:
    """`write(world, first, count)` adds that many; `at_most` bytes for each of them."""

    def __init__(self, what, kind, small, large, at_most, write, prepare=None, is_withdrawn=False):
        self.what, self.kind, self.small, self.large = what, kind, small, large
        self.at_most, self.write, self.prepare = at_most, write, prepare
        self.is_withdrawn = is_withdrawn


def run(root, build_folder, options, figures):
    scale = 5 if options.quick else 1
    _, received = many_endpoints_yaml("", 1)
    cases = [
        Case("cluster with one endpoint", "clusters", 1_000, 10_000, 5_000, _add_clusters, is_withdrawn=True),
        Case("such a cluster with TLS", "clusters", 1_000, 10_000, 5_000, _add_tls_clusters, _add_authority),
        Case(f"endpoint ({received} bytes sent)", "endpoints", 1_000, 10_000, 160 + received, _add_endpoints,
             _add_target),
        Case("route", "routes", 1_000, 10_000, 600, _add_routes, _add_table),
        Case("listener with a small table", "listeners", 100, 2_000, 6_000, _add_listeners, _add_target)]
    for case in cases:
        with ConfigWorld(build_folder, os.path.join(root, "build", "deps", "envoy"), "DELTA_GRPC") as world:
            world.start()
            _measure(world, figures, case, case.small // scale, case.large // scale)


def _measure(world, figures, case, small, large):
    report.heading(f"resident memory for each {case.what}: from {report.counted(small)} to {report.counted(large)}")
    if case.prepare is not None:
        case.prepare(world)
    world.push(lambda: case.write(world, 0, small), case.kind)
    at_small = _at_rest(world)
    world.push(lambda: case.write(world, small, large - small), case.kind)
    at_large = _at_rest(world)
    if case.is_withdrawn:
        world.push(lambda: _withdraw(world, small), case.kind)
    for node in world.nodes:
        grown = (at_large[node.name] - at_small[node.name]) / (large - small)
        figures.show(f"{node.name}: RSS", f"{report.mib(at_small[node.name])} / {report.mib(at_large[node.name])}")
        if node.name == "outrigger":
            figures.check(f"  per {case.what}", grown, case.at_most, "bytes", digits=0)
        else:
            figures.show(f"  per {case.what}", f"{grown:,.0f}", "bytes")
        if case.is_withdrawn:
            _show_left(figures, node, at_small[node.name])


def _show_left(figures, node, before):
    """How much of it is there a minute after all but the first have gone."""
    try:
        wait_for("the memory to come back", lambda: node.rss_bytes() <= LEFT_MAX * before,
                 seconds=GIVE_BACK_S, step=1)
    except ScenarioFailure:
        pass
    left = node.rss_bytes() / before
    if node.name == "outrigger":
        figures.check("  after they have gone", left, LEFT_MAX, "x")
    else:
        figures.show("  after they have gone", f"{left:.2f}", "x")


def _at_rest(world):
    world.wait_quiet()
    time.sleep(SETTLE_S)
    return {node.name: node.rss_bytes() for node in world.nodes}


def _withdraw(world, kept):
    folder = os.path.join(world.resources.folder, "clusters")
    for name in sorted(os.listdir(folder)):
        if int(name.removeprefix("c-").removesuffix(".yaml")) >= kept:
            world.resources.remove(os.path.join("clusters", name))


def _add_clusters(world, first, count):
    world.write_clusters(first, count)


def _add_authority(world):
    with open(Certificates(os.path.join(world.folder, "tls")).ca, encoding="utf-8") as file:
        world.resources.write(None, "secrets/authority.yaml", authority_yaml(file.read()))


def _add_tls_clusters(world, first, count):
    world.write_clusters(first, count, tls_cluster_yaml)


def _add_target(world):
    """One cluster that others name."""
    world.resources.write(None, "endpoints/target.yaml", endpoints_yaml("target", 1))
    world.push(lambda: world.resources.write(None, "clusters/target.yaml", cluster_yaml("target", 1)), "clusters")


def _add_endpoints(world, first, count):
    world.resources.write(None, "endpoints/target.yaml", many_endpoints_yaml("target", first + count)[0])


def _add_table(world):
    _add_target(world)
    _add_routes(world, 0, 1)
    world.push(lambda: world.resources.write(None, "listeners/l.yaml", listener_yaml("l", rds_yaml("big"), 9)),
               "listeners")


def _add_routes(world, first, count):
    world.resources.write(None, "routes/big.yaml", routes_yaml(
        "big", first + count, lambda _: "target", lambda _: 15))


def _add_listeners(world, first, count):
    for number in range(first, first + count):
        world.resources.write(None, f"listeners/l-{number}.yaml",
                              listener_yaml(f"l-{number}", small_table_yaml("target"), 9))
