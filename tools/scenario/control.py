"""A running outrigger-control, and what its nodes said about what they were pushed."""
import re

from scenario.processes import Process

VERDICT = re.compile(r"node (\S+) (accepted|rejected) (\w+) version (\w+) \((.*?)\)(?:: (.*))?$")


class Control(Process):
    def __init__(self, binary, folder, port, log_folder, arguments=()):
        command = [binary, "--folder", folder, "--listen", f"127.0.0.1:{port}", *arguments]
        super().__init__("control-plane", command, log_folder)

    def mark(self):
        """A point in its log, to look from."""
        return len(self.lines)

    def verdicts(self, since=0):
        """(node, "accepted" or "rejected", type, version, names, reason) in order."""
        matches = (VERDICT.search(line) for line in self.lines[since:])
        return [match.groups() for match in matches if match]

    def find_line(self, text, since=0):
        return next((line for line in self.lines[since:] if text in line), None)
