"""Runs one attack as long as it is let: opens its connections, repeats itself, and comes back when closed.

  python3 attacker.py INDEX PORT SECONDS CONNECTIONS
      prints {"sent": bytes, "opened": connections, "closed": by the proxy, "open": at the end}
"""
import itertools
import json
import os
import selectors
import socket
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from bench_parts.attacks import ATTACKS  # noqa: E402
from bench_parts.flows import refill, send  # noqa: E402

OPENED_AT_ONCE = 50
MANY_OPENED_AT_ONCE = 500
# One address has fewer ports than there are connections, and half of them take long to be found.
SOURCES = [f"127.0.0.{number}" for number in range(2, 10)]
IP_BIND_ADDRESS_NO_PORT = 24  # ip(7); not a name of Python's yet


class Flow:
    """One connection of the attack."""

    def __init__(self, attack, port, number):
        self.attack = attack
        self.socket = socket.socket()
        self.socket.setblocking(False)
        if attack.is_many:
            self.socket.setsockopt(socket.SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1)
            self.socket.bind((SOURCES[number % len(SOURCES)], 0))
        self.socket.connect_ex(("127.0.0.1", port))
        self.queued = attack.opening
        self.numbers = itertools.count()
        self.next_at = 0.0


class Attacker:
    def __init__(self, attack, port, connections):
        self.attack, self.port, self.connections = attack, port, connections
        self.selector = selectors.DefaultSelector()
        self.sent = self.closed = self.opened = self.open = 0

    def run(self, seconds):
        end = time.monotonic() + seconds
        at_once = MANY_OPENED_AT_ONCE if self.attack.is_many else OPENED_AT_ONCE
        while time.monotonic() < end:
            for _ in range(min(at_once, self.connections - self.open)):
                self._open()
            for key, events in self.selector.select(0.05):
                flow = key.data
                if events & selectors.EVENT_READ and not self._read(flow):
                    continue
                if events & selectors.EVENT_WRITE:
                    self._write(flow)
            if self.attack.is_slow:
                time.sleep(0.02)

    def _open(self):
        flow = Flow(self.attack, self.port, self.opened)
        # One that says nothing waits for its end only: there are thousands of them.
        events = 0 if self.attack.is_many else selectors.EVENT_WRITE
        events |= selectors.EVENT_READ if self.attack.reads else 0
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
            refill(self.attack, flow)
        if not flow.queued:
            return
        count = send(flow)
        if count is None:
            self._close(flow)
        else:
            self.sent += count


def main():
    index, port, seconds, connections = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    attacker = Attacker(ATTACKS[index], port, connections)
    attacker.run(seconds)
    print(json.dumps({"sent": attacker.sent, "opened": attacker.opened, "closed": attacker.closed,
                      "open": attacker.open}), flush=True)


if __name__ == "__main__":
    main()
