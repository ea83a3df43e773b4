"""A control plane that sends what was rejected again and again: what that costs."""
from faults.rejections import RESENDS_PER_S, endure_storms
from faults.world import World
from scenario import report

SHARE_MAX = 5  # percent of a core
RATE = 200  # of the traffic beside it
PROTOCOLS = {"delta": "DELTA_GRPC", "sotw": "GRPC"}


def measure(folder, figures, is_quick):
    report.heading(f"what was rejected is sent again for each NACK, up to {RESENDS_PER_S} times a second")
    for name, api_type in PROTOCOLS.items():
        with World(folder, api_type, seed=1) as world:
            rest, share, rate = endure_storms(world, RATE, 50 if is_quick else 500)
            figures.check(f"F5 {name}: CPU for it", (share - rest) * 100, SHARE_MAX, "% of a core")
            figures.show("  rejected", f"{rate:.0f}", "times a second", f"beside {RATE} good requests")
            figures.require("  good requests", world.account().is_perfect())
