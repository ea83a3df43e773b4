"""Between a node and its control plane: bytes go through, and it is noted when a name first went each way."""
import socket
import threading
import time

CHUNK = 1 << 20
TAIL = 64  # longer than any name that is watched


class Relay:
    def __init__(self, target_port):
        self._target = ("127.0.0.1", target_port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._name = None
        self.arrived = self.asked = None  # monotonic seconds
        self._start(self._accept)

    def watch(self, name):
        """From now on: when it was passed on to the node, and when the node first spoke of it."""
        self.arrived = self.asked = None
        self._name = name.encode()

    def latency_ms(self):
        """None until both have happened."""
        if self.arrived is None or self.asked is None:
            return None
        return (self.asked - self.arrived) * 1e3

    @staticmethod
    def _start(target, *arguments):
        threading.Thread(target=target, args=arguments, daemon=True).start()

    def _accept(self):
        while True:
            node, _ = self._listener.accept()
            control = socket.create_connection(self._target)
            for each in (node, control):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._start(self._pass, control, node, "arrived")
            self._start(self._pass, node, control, "asked")

    def _pass(self, source, target, what):
        tail = b""
        try:
            while data := source.recv(CHUNK):
                seen_at = time.monotonic()  # of a request; of a response, it counts when it is passed on
                target.sendall(data)
                name = self._name
                if name is not None and getattr(self, what) is None and name in tail + data:
                    setattr(self, what, seen_at if what == "asked" else time.monotonic())
                tail = data[-TAIL:]
        except OSError:
            pass  # an end that is gone takes the other with it
        for each in (source, target):
            each.close()
