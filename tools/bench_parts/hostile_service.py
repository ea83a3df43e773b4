"""Runs one attack of a service on all who connect, until SIGTERM.

  python3 hostile_service.py INDEX
      prints {"sent": bytes, "opened": connections, "closed": by the proxy, "open": at the end}
"""
import itertools
import json
import os
import selectors
import signal
import socket
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from bench_parts import frames  # noqa: E402
from bench_parts.flows import refill, send  # noqa: E402
from bench_parts.upstream_attacks import UPSTREAM_ATTACKS  # noqa: E402


class Flow:
    """One connection that the proxy has made."""

    def __init__(self, attack, accepted):
        self.socket = accepted
        self.socket.setblocking(False)
        self.queued = attack.opening
        self.frames = frames.Reader(len(frames.PREFACE))
        self.numbers = itertools.count()
        self.next_at = 0.0
        self.was_asked = False
        self.is_ending = False


class HostileService:
    def __init__(self, attack):
        self.attack = attack
        self.selector = selectors.DefaultSelector()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1000)
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.sent = self.closed = self.opened = self.open = 0
        self.is_over = False

    def run(self):
        while not self.is_over:
            before = self.sent
            for key, events in self.selector.select(0.05):
                flow = key.data
                if flow is None:
                    self._accept()
                elif not (events & selectors.EVENT_READ and not self._read(flow)) \
                        and events & selectors.EVENT_WRITE:
                    self._write(flow)
            if self.sent == before:
                time.sleep(0.01)  # writable all the same: must not keep us busy

    def _accept(self):
        flow = Flow(self.attack, self.listener.accept()[0])
        self.selector.register(flow.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, flow)
        self.open += 1
        self.opened += 1

    def _close(self, flow, by_proxy):
        self.selector.unregister(flow.socket)
        flow.socket.close()
        self.open -= 1
        self.closed += by_proxy

    def _read(self, flow):
        try:
            received = flow.socket.recv(65536)
        except BlockingIOError:
            return True
        except OSError:
            received = b""
        if not received:
            self._close(flow, by_proxy=True)
            return False
        self._answer(flow, received)
        return True

    def _answer(self, flow, received):
        requests = [1]
        if self.attack.is_http2:
            requests = [stream for kind, stream in flow.frames.feed(received) if kind == frames.HEADERS]
        for stream in requests:
            flow.was_asked = True
            flow.queued += self.attack.answer(stream)
        flow.is_ending = self.attack.closes
        if requests and not self.attack.reads:
            self.selector.modify(flow.socket, selectors.EVENT_WRITE, flow)

    def _write(self, flow):
        if not flow.queued and flow.was_asked:
            refill(self.attack, flow)
        if not flow.queued:
            return
        count = send(flow)
        if count is None:
            self._close(flow, by_proxy=True)
            return
        self.sent += count
        if flow.is_ending and not flow.queued:
            self._close(flow, by_proxy=False)


def main():
    service = HostileService(UPSTREAM_ATTACKS[int(sys.argv[1])])

    def end(*_):
        service.is_over = True
    signal.signal(signal.SIGTERM, end)
    print(f"listening on 127.0.0.1:{service.listener.getsockname()[1]}", flush=True)
    service.run()
    print(json.dumps({"sent": service.sent, "opened": service.opened, "closed": service.closed,
                      "open": service.open}), flush=True)


if __name__ == "__main__":
    main()
