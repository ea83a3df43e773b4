"""The table at the end."""
import sys

WIDTH = 98


def _style(text, code):
    return f"\033[{code}m{text}\033[0m" if sys.stdout.isatty() else text


def good(text):
    return _style(text, "32")


def bad(text):
    return _style(text, "31;1")


def faint(text):
    return _style(text, "2")


def heading(text):
    print("\n" + _style(f"── {text} " + "─" * (WIDTH - len(text) - 4), "1"))


def step_line(number, outcome):
    note = outcome.note if len(outcome.note) <= 70 else outcome.note[:67] + "..."
    print(f" {number:>2}. {outcome.title:<40}{outcome.milliseconds:>8.0f} ms  "
          f"{faint(f'{outcome.version:<9}')} {faint(note)}")


def row(name, value, remark=""):
    print(f"  {name:<34}{value:>24}   {faint(remark)}")


def counted(number):
    return f"{number:,}".replace(",", " ")


def mib(count):
    return f"{count / 1024 / 1024:.1f} MiB"
