"""What differs between the two, but for what `differences` lists."""
import difflib
import fnmatch
import itertools

from differential_parts.case import named
from differential_parts.differences import DIFFERENCES, undocumented


class Comparison:
    """Of everything seen in a run. Counts what it has reported, and remembers which differences it has met."""

    def __init__(self):
        self.wrong = 0
        self._met = set()

    def equal(self, case, aspect, about, values):
        """`about`: the request or the line in words; `values`: Envoy's and ours."""
        theirs, ours = values
        if theirs != ours and not self._is_listed(case, aspect, about, values):
            self.wrong += 1
            print(f"{case} {aspect}: {about[:400]}\n  envoy {_short(theirs, ours)}\n  ours  {_short(ours, theirs)}",
                  flush=True)

    def _is_listed(self, case, aspect, about, values):
        known = [each for each in DIFFERENCES if fnmatch.fnmatchcase(case, each.case)
                 and aspect in each.aspects and each.about in about and each.explains(values)]
        self._met.update(known)
        return bool(known)

    def lines(self, case, values):
        """Those of each request stand together even when one side has written one more."""
        theirs, ours = values
        for kind, *ends in difflib.SequenceMatcher(None, theirs, ours, False).get_opcodes():
            if kind == "equal":
                continue
            for pair in itertools.zip_longest(theirs[ends[0]:ends[1]], ours[ends[2]:ends[3]]):
                self.equal(case, "log", pair[0] or pair[1], pair)

    def report_list(self):
        """What is listed and cannot be seen any more has to go from the list; what is listed has to be told."""
        for each in DIFFERENCES:
            if each not in self._met:
                self.wrong += 1
                print(f"listed, but not seen any more: {each}")
        for each in undocumented():
            self.wrong += 1
            print(f"listed, but in no document: {each}")


def may_differ(case, exchanges):
    """Whether a difference in what happens is listed for one of the case's exchanges."""
    about = [named(request, version) for request, version in exchanges]
    return any(fnmatch.fnmatchcase(case, each.case) and {"answer", "records"} & set(each.aspects)
               and not each.fields and any(each.about in one for one in about) for each in DIFFERENCES)


def _short(value, other):
    """Of a list with one element, of a dict, what is not the same on the other side."""
    if isinstance(value, list) and isinstance(other, list) and len(value) == len(other):
        pairs = [(a, b) for a, b in zip(value, other) if a != b]
        return "; ".join(str(_short(a, b)) for a, b in pairs)
    if isinstance(value, dict) and isinstance(other, dict):
        differing = {key: _only(each, other.get(key)) for key, each in value.items() if other.get(key) != each}
        return differing or "(nothing more)"
    return repr(value)


def _only(value, other):
    if isinstance(value, list) and isinstance(other, list):
        return [each for each in value if each not in other]
    return value
