"""The statistics of interleaved windows: medians of blocks, and ratios within each block."""
import dataclasses
import random
import statistics

BLOCKS_MIN = 2  # of quiet ones; below that noisy ones are used, and it is said


@dataclasses.dataclass
class Spread:
    """A median, and between which bounds 95 % of the medians of resampled blocks lie."""
    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values, rounds=2000):
        draw = random.Random(1)
        medians = sorted(statistics.median(draw.choices(values, k=len(values))) for _ in range(rounds))
        return cls(statistics.median(values), medians[int(rounds * 0.025)], medians[int(rounds * 0.975)])

    def text(self, digits=1):
        return f"{self.median:.{digits}f} ({self.low:.{digits}f}-{self.high:.{digits}f})"


@dataclasses.dataclass
class Row:
    """One line of the table. `us`: by lane; `ratios`: of the first lane to each of the others."""
    title: str
    us: dict
    ratios: dict
    blocks: int
    dropped: int
    are_noisy: bool


def row(title, windows):
    quiet = [block for block in windows.blocks if all(each.is_quiet for each in block.values())]
    are_noisy = len(quiet) < min(BLOCKS_MIN, len(windows.blocks))
    used = windows.blocks if are_noisy else quiet
    first, *others = [lane.name for lane in windows.lanes]
    us = {lane.name: Spread.of([block[lane.name].mean_us() for block in used]) for lane in windows.lanes}
    ratios = {name: Spread.of([block[first].mean_us() / block[name].mean_us() for block in used])
              for name in others}
    return Row(title, us, ratios, len(windows.blocks), len(windows.blocks) - len(quiet), are_noisy)
