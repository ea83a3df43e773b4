"""tools/bench swap: what a change of configuration costs those who are being served."""
from bench_parts import swap_load, swap_streams
from bench_parts.swap_world import SwapWorld


def run(_, build_folder, options, figures):
    is_quick = options.quick
    with SwapWorld(build_folder) as world:
        world.start()
        swap_load.measure(world, figures, pushes=150 if is_quick else 1000, is_quick=is_quick)
    with SwapWorld(build_folder) as world:
        world.start()
        swap_streams.measure(world, figures, pushes=200 if is_quick else 1000)
