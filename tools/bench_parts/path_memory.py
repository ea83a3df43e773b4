"""What the proxy weighs: on disk, and in memory without traffic."""
import os
import subprocess

from bench_parts.machine import process_tree, proportional_bytes
from scenario import report
from scenario.world import World

RSS_MIB_MAX, BINARY_MB_MAX = 20, 12
RSS_MIB_WANTED = 16


def measure(world, figures):
    report.heading("at rest: the demonstration's client-side proxy, one worker, before any request")
    with World(world.build, os.path.join(world.root, "deploy", "examples", "demo")) as demo:
        demo.start()
        rss, pss = proportional_bytes(demo.client.pid)
    stripped = os.path.join(world.folder, "outrigger-stripped")
    subprocess.run(["strip", "-o", stripped, world.binary("outrigger")], check=True)
    figures.check("RSS", rss / 2**20, RSS_MIB_MAX, "MiB")
    figures.show("  the best of the peers asks for", f"{RSS_MIB_WANTED} MiB",
                 remark="reached" if rss <= RSS_MIB_WANTED * 2**20 else "not reached")
    figures.show("PSS", f"{pss / 2**20:.2f}", "MiB", "pages shared with others are split")
    figures.check("stripped binary", os.path.getsize(stripped) / 1e6, BINARY_MB_MAX, "MB")


def compare(world, table):
    """Each started anew with the configuration of all cases, all of its processes together."""
    report.heading("at rest: all of them, before any request")
    sizes = {}
    for name in world.names():
        contender = world.start_contender(name, name=f"{name}-idle")
        each = [proportional_bytes(pid) for pid in process_tree(contender.process.pid)]
        rss, pss = (sum(kind) for kind in zip(*each))
        sizes[name] = rss / 2**20
        report.row(name, f"{rss / 2**20:.1f} MiB", f"PSS {pss / 2**20:.1f} MiB")
        world.end(contender.process)
    table.add_sizes(sizes, RSS_MIB_MAX)
