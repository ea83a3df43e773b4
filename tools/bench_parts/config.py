"""tools/bench config: the CPU that a change of the configuration costs, beside Envoy on the same pushes."""
import os
import statistics

from bench_parts.config_world import ConfigWorld
from bench_parts.config_yaml import (cluster_yaml, endpoints_yaml, listener_yaml, rds_yaml, routes_yaml,
                                     small_table_yaml)
from scenario import report

CLUSTERS, ROUTES, LISTENERS = 10_000, 10_000, 300


def run(root, build_folder, options, figures):
    envoy = os.path.join(root, "build", "deps", "envoy")
    scale = 10 if options.quick else 1
    for api_type, name in (("DELTA_GRPC", "delta"), ("GRPC", "state of the world")):
        with ConfigWorld(build_folder, envoy, api_type) as world:
            world.start()
            _measure(world, figures, name, scale, rounds=5 if options.quick else 15)


def _measure(world, figures, name, scale, rounds):
    report.heading(f"{name}: {report.counted(CLUSTERS // scale)} EDS clusters, "
                   f"{report.counted(ROUTES // scale)} routes, {LISTENERS // scale} listeners")
    _fill(world, scale)
    for node in world.nodes:
        node.learn_idle(5)
    is_delta = name == "delta"
    # (what, of which kind, the change, milliseconds at most: None where none are promised)
    cases = [
        ("one cluster", "clusters", _change_cluster, 1.5 if is_delta else 20),
        ("one endpoint", "endpoints", _change_endpoint, 0.7 if is_delta else None),
        ("one route", "routes", lambda world, turn: _write_routes(world, scale, turn), 20),
        ("one listener", "listeners", _change_listener, 1.5 if is_delta else None)]
    for what, kind, change, at_most in cases:
        costs = [world.cost(lambda turn=turn: change(world, turn), kind) for turn in range(2, 2 + rounds)]
        ours, theirs = (statistics.median(cost[node.name] for cost in costs) for node in world.nodes)
        if at_most is None or scale > 1:
            figures.show(f"{what} changes", f"{ours:.2f}", "ms", f"Envoy {theirs:.2f} ms")
        else:
            figures.check(f"{what} changes", ours, at_most, "ms")
            figures.show("  Envoy", f"{theirs:.2f}", "ms")


def _fill(world, scale):
    _change_endpoint(world, 1)
    _change_cluster(world, 1)
    _write_routes(world, scale, 1)
    world.push(lambda: world.write_clusters(0, CLUSTERS // scale), "clusters")
    for start in range(LISTENERS // scale):
        _write_listener(world, start, 1)
    world.push(lambda: _change_listener(world, 1), "listeners")
    world.wait_quiet()


def _change_cluster(world, turn):
    world.resources.write(None, "clusters/changed.yaml", cluster_yaml("changed", turn))


def _change_endpoint(world, turn):
    world.resources.write(None, "endpoints/changed.yaml", endpoints_yaml("changed", turn))


def _write_routes(world, scale, turn):
    world.resources.write(None, "routes/big.yaml", routes_yaml(
        "big", ROUTES // scale, lambda number: f"c-{number}", lambda number: turn if number == 7 else 15))


def _write_listener(world, number, turn):
    routes = rds_yaml("big") if number == 0 else small_table_yaml("changed")
    world.resources.write(None, f"listeners/l-{number}.yaml", listener_yaml(f"l-{number}", routes, turn))


def _change_listener(world, turn):
    _write_listener(world, 1, turn)
