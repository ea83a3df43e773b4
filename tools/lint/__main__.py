"""Checks what clang-format and clang-tidy do not know: layers, sizes, names, comments, banned calls.

Usage: python3 tools/lint [--base COMMIT]
  --base COMMIT   the allow-list may hold nothing that it does not hold in COMMIT

A rule may be broken on a line that says why: `// STYLE: reason`, there or on the line above. Sizes that
are too large for now stand in allow.txt, which may only shrink.
"""
import argparse
import pathlib
import subprocess
import sys

import allowance
import documents
import layers
import metrics
import sizes
import text
import unity
import words


def tracked_files():
    """What git knows or would add: no build products."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        check=True, capture_output=True, text=True).stdout
    return [path for path in sorted(set(listing.splitlines())) if pathlib.Path(path).is_file()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base")
    arguments = parser.parse_args()

    paths = tracked_files()
    sources = [text.Source(path) for path in paths if path.endswith((".h", ".cc"))]
    allowed = allowance.Allowance.read()
    problems = allowed.growth_since(arguments.base) if arguments.base else []
    for source in sources:
        problems += layers.check(source)
        problems += words.check(source)
        problems += sizes.check(source, allowed)
    problems += metrics.check(sources)
    problems += unity.check(sources)
    problems += allowed.unused()
    problems += documents.check(paths)

    for problem in problems:
        print(problem)
    print(f"{len(sources)} sources, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
