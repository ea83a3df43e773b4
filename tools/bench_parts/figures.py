"""The figures of one run, and whether each is where it has to be."""
from scenario import report


class Figures:
    def __init__(self):
        self.missed = []

    def show(self, name, value, unit="", remark=""):
        report.row(name, f"{value} {unit}".strip(), remark)

    def check(self, name, value, at_most, unit="", digits=2):
        """Prints it; a figure above its bound makes the run fail."""
        is_good = value <= at_most
        word = report.good("ok") if is_good else report.bad("MISSED")
        self.show(name, f"{value:,.{digits}f}", unit, f"at most {at_most:g}   {word}")
        if not is_good:
            self.missed.append(f"{name} is {value:,.{digits}f} {unit}, at most {at_most:g} is wanted")

    def require(self, what, is_so, seen=""):
        """Something that must hold for the figures to mean anything."""
        word = report.good("ok") if is_so else report.bad("MISSED")
        report.row(what, word, str(seen))
        if not is_so:
            self.missed.append(f"{what}: {seen}")
