"""Between a node and its control plane: bytes go through, and it is noted when names first went each way."""
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
        # Monotonic seconds by name, None until then: passed on to the node, and spoken of by the node.
        self._arrived, self._asked = {}, {}
        self._start(self._accept)

    def watch(self, name):
        """From now on."""
        self._asked[name.encode()] = None
        self._arrived[name.encode()] = None

    def latency_ms(self, name):
        """From when it came to the node until the node asked for something of it; None until both have happened."""
        arrived, asked = self._arrived[name.encode()], self._asked[name.encode()]
        return None if arrived is None or asked is None else (asked - arrived) * 1e3

    @staticmethod
    def _start(target, *arguments):
        threading.Thread(target=target, args=arguments, daemon=True).start()

    def _accept(self):
        while True:
            node, _ = self._listener.accept()
            control = socket.create_connection(self._target)
            for each in (node, control):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._start(self._pass, control, node, self._arrived, True)
            self._start(self._pass, node, control, self._asked, False)

    @staticmethod
    def _pass(source, target, times, is_noted_after):
        """`is_noted_after`: what is passed on counts from when all of it has gone, else from when it has come."""
        tail = b""
        try:
            while data := source.recv(CHUNK):
                seen_at = time.monotonic()
                target.sendall(data)
                noted_at = time.monotonic() if is_noted_after else seen_at
                text = tail + data
                for name in [name for name, at in list(times.items()) if at is None and name in text]:
                    times[name] = noted_at
                tail = text[-TAIL:]
        except OSError:
            pass  # an end that is gone takes the other with it
        for each in (source, target):
            each.close()
