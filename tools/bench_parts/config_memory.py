"""tools/bench memory: what configuration without traffic holds, beside Envoy on the same pushes."""
import os

from bench_parts.config_world import ConfigWorld
from scenario import report
from scenario.waiting import ScenarioFailure, wait_for

SMALL, LARGE = 1_000, 10_000
CLUSTER_KB_MAX, LEFT_MAX = 5, 1.2
GIVE_BACK_S = 60


def run(root, build_folder, options, figures):
    scale = 5 if options.quick else 1
    with ConfigWorld(build_folder, os.path.join(root, "build", "deps", "envoy"), "DELTA_GRPC") as world:
        world.start()
        _measure(world, figures, SMALL // scale, LARGE // scale)


def _measure(world, figures, small, large):
    report.heading(f"resident memory with {report.counted(small)} and {report.counted(large)} EDS clusters")
    world.push(lambda: world.write_clusters(0, small), "clusters")
    at_small = _at_rest(world)
    world.push(lambda: world.write_clusters(small, large - small), "clusters")
    at_large = _at_rest(world)
    world.push(lambda: _withdraw(world, small), "clusters")
    for node in world.nodes:
        grown = (at_large[node.name] - at_small[node.name]) / (large - small) / 1000
        figures.show(f"{node.name}: RSS", f"{report.mib(at_small[node.name])} / {report.mib(at_large[node.name])}")
        if node.name == "outrigger":
            figures.check("  per cluster with one endpoint", grown, CLUSTER_KB_MAX, "kB")
        else:
            figures.show("  per cluster with one endpoint", f"{grown:.2f}", "kB")
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
    return {node.name: node.rss_bytes() for node in world.nodes}


def _withdraw(world, kept):
    folder = os.path.join(world.resources.folder, "clusters")
    for name in sorted(os.listdir(folder)):
        if int(name.removeprefix("c-").removesuffix(".yaml")) >= kept:
            world.resources.remove(os.path.join("clusters", name))
