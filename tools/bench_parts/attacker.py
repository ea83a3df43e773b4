"""Runs one attack as long as it is let: opens its connections, repeats itself, and comes back when closed.

  python3 attacker.py INDEX PORT SECONDS      prints {"sent": bytes, "closed": connections, ...} at the end
"""
import itertools
import json
import os
import resource
import selectors
import socket
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from bench_parts.attacks import ATTACKS, SLOW  # noqa: E402

SLOW_PAUSE_S = 1.0
OPENED_AT_ONCE = 50


class Flow:
    """One connection of the attack."""

    def __init__(self, attack, port):
        self.attack = attack
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.connect_ex(("127.0.0.1", port))
        self.queued = attack.opening
        self.numbers = itertools.count()
        self.next_at = 0.0


class Attacker:
    def __init__(self, attack, port):
        self.attack, self.port = attack, port
        self.is_slow = attack.rule in SLOW
        self.selector = selectors.DefaultSelector()
        self.sent = self.closed = self.opened = self.open = 0

    def run(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for _ in range(OPENED_AT_ONCE):
                if self.open < self.attack.connections:
                    self._open()
            for key, events in self.selector.select(0.05):
                flow = key.data
                if events & selectors.EVENT_READ and not self._read(flow):
                    continue
                if events & selectors.EVENT_WRITE:
                    self._write(flow)
            if self.is_slow:
                time.sleep(0.02)

    def _open(self):
        flow = Flow(self.attack, self.port)
        events = selectors.EVENT_WRITE | (selectors.EVENT_READ if self.attack.reads else 0)
        self.selector.register(flow.socket, events, flow)
        self.open += 1
        self.opened += 1

    def _close(self, flow):
        self.selector.unregister(flow.socket)
        flow.socket.close()
        self.open -= 1
        self.closed += 1

    def _read(self, flow):
        try:
            if flow.socket.recv(65536):
                return True
        except BlockingIOError:
            return True
        except OSError:
            pass
        self._close(flow)
        return False

    def _write(self, flow):
        if not flow.queued:
            now = time.monotonic()
            if self.is_slow and now < flow.next_at:
                return
            flow.next_at = now + SLOW_PAUSE_S
            flow.queued = self.attack.more(flow.numbers)
        if not flow.queued:
            return
        try:
            count = flow.socket.send(flow.queued)
        except BlockingIOError:
            return
        except OSError:
            self._close(flow)
            return
        self.sent += count
        flow.queued = flow.queued[count:]


def main():
    index, port, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    attacker = Attacker(ATTACKS[index], port)
    attacker.run(seconds)
    print(json.dumps({"sent": attacker.sent, "opened": attacker.opened, "closed": attacker.closed,
                      "open": attacker.open}), flush=True)


if __name__ == "__main__":
    main()
