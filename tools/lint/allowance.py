"""Sizes that are over their limit for now: tools/lint/allow.txt, which may only shrink.

Each line: PATH RULE SIZE, where RULE is file, function or includes.
"""
import subprocess

PATH = "tools/lint/allow.txt"


def _parse(content):
    entries = {}
    for line in content.splitlines():
        line = line.split("#")[0].split()
        if line:
            path, rule, size = line
            entries[path, rule] = int(size)
    return entries


class Allowance:
    def __init__(self, entries):
        self._entries = entries
        self._used = set()

    @classmethod
    def read(cls):
        with open(PATH, encoding="utf-8") as file:
            return cls(_parse(file.read()))

    def names(self, path, rule):
        return (path, rule) in self._entries

    def covers(self, path, rule, size, size_max):
        """Is this size within the limit, or within what is allowed for this file?"""
        if size <= size_max:
            return True
        self._used.add((path, rule))
        return size <= self._entries.get((path, rule), 0)

    def unused(self):
        return [f"{PATH}: {path} {rule} is within its limit now: remove the line"
                for path, rule in sorted(set(self._entries) - self._used)]

    def growth_since(self, commit):
        shown = subprocess.run(["git", "show", f"{commit}:{PATH}"], capture_output=True, text=True)
        if shown.returncode != 0:
            return []  # the list is new
        before = _parse(shown.stdout)
        return [f"{PATH}: {path} {rule} {size}: the list may only shrink"
                for (path, rule), size in sorted(self._entries.items())
                if size > before.get((path, rule), 0)]
