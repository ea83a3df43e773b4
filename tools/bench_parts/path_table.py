"""The table of all cases: printed at the end and written down, with every window (performance.md B-14)."""
import itertools
import json
import os
import platform
import subprocess

from scenario import report

NAMES = {"outrigger": "Outrigger", "nginx": "nginx", "haproxy": "HAProxy", "envoy": "Envoy"}


class Table:
    def __init__(self, figures):
        self.figures = figures
        self.problems = []   # what makes all of it worthless
        self.losing = []
        self._lines = []
        self._windows = {}

    def add(self, key, row, windows, at_most=None):
        """`at_most`: by lane, how many times its CPU are allowed."""
        first = windows.lanes[0].name
        for name, bound in (at_most or {}).items():
            if name in row.ratios:
                self.figures.check(f"{row.title}: of {name}", row.ratios[name].median, bound, "x")
        for name, ratio in row.ratios.items():
            self._note_loss(row.title, name, ratio, first)
        cells = [f"{row.us[first].text()} µs"]
        cells += [f"{row.us[name].text()}: {_ratio_text(ratio)}" for name, ratio in row.ratios.items()]
        noise = " (noisy)" if row.are_noisy else ""
        self._lines.append((row.title + noise, [lane.name for lane in windows.lanes], cells))
        self._windows[key] = {
            "blocks": [{name: block.us for name, block in each.items()} for each in windows.blocks],
            "quiet": [{name: block.is_quiet for name, block in each.items()} for each in windows.blocks]}

    def _note_loss(self, title, name, ratio, first):
        if name.split()[0] == first.split()[0]:
            return  # against itself
        if ratio.low > 1:
            self.losing.append(f"{title}: {ratio.median:.2f} times the CPU of {name}")
        elif ratio.high > 1:
            self.losing.append(f"{title}: not proven to be at or below {name} ({ratio.median:.2f} times)")

    def add_sizes(self, sizes, mib_max):
        own = sizes["outrigger"]
        self.figures.check("memory at rest", own, mib_max, "MiB")
        cells = [f"{own:.1f} MiB"]
        for name, size in sizes.items():
            if name != "outrigger":
                cells.append(f"{size:.1f}: {own / size:.2f}")
                if own > size:
                    self.losing.append(f"memory at rest: {own:.1f} MiB, {name} {size:.1f}")
        self._lines.append(("memory at rest", list(sizes), cells))

    def finish(self, folder):
        self.figures.require("every answer right, none retried, none reconnected, all alike",
                             not self.problems, "; ".join(self.problems[:3]))
        if not self._lines:
            return
        report.heading("where others are better")
        for line in self.losing or ["nowhere in this run"]:
            print(f"  {line}")
        text = self._markdown()
        report.heading("the table")
        print(text)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "path.md"), "w", encoding="utf-8") as file:
            file.write(text)
        with open(os.path.join(folder, "path.json"), "w", encoding="utf-8") as file:
            json.dump({"machine": _machine(), "windows": self._windows}, file, indent=1)
        print(f"  written to {folder}/path.md, every window to path.json")

    def _markdown(self):
        lines = ["CPU per request: median (95 % interval) and, of each peer, how many times its CPU Outrigger",
                 f"uses in the same run: below 1, Outrigger is better. {_machine()}."]
        for names, group in itertools.groupby(self._lines, key=lambda line: line[1]):
            lines += ["", "| | " + " | ".join(NAMES.get(name, name) for name in names) + " |",
                      "|---" * (len(names) + 1) + "|"]
            lines += [f"| {title} | " + " | ".join(cells) + " |" for title, _, cells in group]
        lines += ["", "Where others are better:", *[f"- {line}" for line in self.losing or ["nowhere"]]]
        if self.problems:
            lines += ["", "NOT VALID:", *[f"- {problem}" for problem in self.problems]]
        return "\n".join(lines) + "\n"


def _ratio_text(ratio):
    text = f"{ratio.text(2)}x"
    return f"**{text}**" if ratio.low > 1 else text


def _machine():
    model = "unknown CPU"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    versions = [_version(*command) for command in (("nginx", "-v"), ("haproxy", "-v"))]
    return f"{os.cpu_count()} cores of {model}, Linux {platform.release()}, {', '.join(versions)}"


def _version(*command):
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return run.stdout.splitlines()[0].split(" - ")[0].replace("nginx version: ", "")
