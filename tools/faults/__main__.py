"""The fault driver: what must survive with nothing lost, with the programs as they are run and a ledger on both ends.

  tools/test faults                            builds the release preset; all cases at their full size, by both protocols
  tools/test faults --quick                    a minute of it
  tools/test faults --build-dir build/dev F2   programs that are built already; cases by their names
"""
import argparse
import dataclasses
import os
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools"))

from faults import control_plane, ends, rejections, updates  # noqa: E402
from faults.world import World  # noqa: E402
from scenario.waiting import ScenarioFailure  # noqa: E402

PROGRAMS = ["outrigger", "outrigger-control", "outrigger-load", "outrigger-example-service"]
# Names of the fault matrix.
CASES = {
    "F1": control_plane.absent_at_start,
    "F2": updates.restarts,
    "F3": control_plane.stands_still,
    "F4": rejections.bad_among_good,
    "F5": rejections.nack_storm,
    "F6": updates.orders,
    "F7": updates.storm,
    "F8": control_plane.no_endpoints,
    "F11": ends.closing_service,
    "F22": ends.sigterm,
    "F32": control_plane.port_in_use,
    "F33": control_plane.large_answer,
    "F35": updates.same_bytes,
}
PROTOCOLS = {"delta": "DELTA_GRPC", "sotw": "GRPC"}


@dataclasses.dataclass
class Size:
    rate: int = 1000  # of all clients together, requests per second
    pushes: int = 1000  # of each type
    orders: int = 120
    restarts: int = 20
    closing_rate: int = 2000
    closing_s: int = 10
    large_mb: int = 50
    resends: int = 250  # of each version that is rejected


QUICK = Size(rate=200, pushes=30, orders=8, restarts=2, closing_rate=500, closing_s=3, large_mb=5, resends=25)


def parse_arguments():
    parser = argparse.ArgumentParser(prog="tools/test faults", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small, in about a minute")
    parser.add_argument("--build-dir", help="holds the programs; nothing is built then")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn by chance")
    parser.add_argument("--protocol", choices=PROTOCOLS, help="one of them only")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    arguments = parser.parse_args()
    unknown = set(arguments.cases) - set(CASES)
    if unknown:
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    return arguments


def build():
    """Returns the folder that holds the programs."""
    folder = os.path.join(ROOT, "build", "release")
    for command in (["tools/setup"], ["cmake", "--preset", "release"], ["ninja", "-C", folder, *PROGRAMS]):
        subprocess.run(command, cwd=ROOT, check=True)
    return folder


def run_case(name, protocol, folder, size, seed):
    """True if it held."""
    start = time.monotonic()
    try:
        with World(folder, PROTOCOLS[protocol], seed) as world:
            note = CASES[name](world, size)
            account = world.account()
            if not account.is_perfect():
                world.keeps_folder = True
                print(f"logs: {world.folder}")
    except (ScenarioFailure, OSError) as failure:
        print(f"{name} {protocol} FAILED: {failure}", flush=True)
        return False
    verdict = "" if account.is_perfect() else " FAILED"
    print(f"{name} {account}{verdict} ({protocol}, {note}, {time.monotonic() - start:.1f} s)", flush=True)
    return account.is_perfect()


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = os.path.abspath(arguments.build_dir) if arguments.build_dir else build()
    size = QUICK if arguments.quick else Size()
    print(f"replay with --seed {arguments.seed}", flush=True)
    passed = failed = 0
    for index, name in enumerate(arguments.cases or CASES):
        protocols = [arguments.protocol] if arguments.protocol else list(PROTOCOLS)
        if arguments.quick and len(protocols) > 1:
            protocols = [protocols[index % 2]]
        for protocol in protocols:
            if run_case(name, protocol, folder, size, arguments.seed):
                passed += 1
            else:
                failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
