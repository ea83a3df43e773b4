"""What the proxy weighs: on disk, and in memory with the demonstration's configuration and no traffic."""
import os
import subprocess

from bench_parts.machine import proportional_bytes
from scenario import report
from scenario.world import World

RSS_MIB_MAX, BINARY_MB_MAX = 20, 12
RSS_MIB_WANTED = 16


def measure(world, root, figures):
    report.heading("at rest: the demonstration's client-side proxy, one worker, before any request")
    with World(world.build, os.path.join(root, "deploy", "examples", "demo")) as demo:
        demo.start()
        rss, pss = proportional_bytes(demo.client.pid)
    stripped = os.path.join(world.folder, "outrigger-stripped")
    subprocess.run(["strip", "-o", stripped, world.binary("outrigger")], check=True)
    figures.check("RSS", rss / 2**20, RSS_MIB_MAX, "MiB")
    figures.show("  the best of the peers asks for", f"{RSS_MIB_WANTED} MiB",
                 remark="reached" if rss <= RSS_MIB_WANTED * 2**20 else "not reached")
    figures.show("PSS", f"{pss / 2**20:.2f}", "MiB", "pages shared with others are split")
    figures.check("stripped binary", os.path.getsize(stripped) / 1e6, BINARY_MB_MAX, "MB")
