"""Programs that run beside us: started with a log, followed line by line, measured, ended by pid."""
import os
import signal
import socket
import subprocess
import threading
import time

from scenario.waiting import ScenarioFailure, wait_for


def free_ports(count):
    """Ports that were free a moment ago. A proxy's configuration needs to name them beforehand."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def process_ns(pid):
    """On-CPU time of all its threads, of those that have ended, too: its CPU clock (clock_getcpuclockid(3))."""
    return time.clock_gettime_ns((~pid << 3) | 2)


class Process:
    """One program. Its output goes to <name>.log and is kept as `lines`."""

    def __init__(self, name, command, folder):
        self.name = name
        self.log_path = os.path.join(folder, f"{name}.log")
        self.lines = []
        self.expects_end = False
        self._log = open(self.log_path, "a", encoding="utf-8")
        self._child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                       stdin=subprocess.DEVNULL, text=True, errors="replace",
                                       start_new_session=True)  # Ctrl-C is for us alone
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self):
        return self._child.pid

    def _read(self):
        for line in self._child.stdout:
            self._log.write(line)
            self._log.flush()
            self.lines.append(line.rstrip("\n"))
            self.on_line(self.lines[-1])
        self._log.close()

    def on_line(self, line):
        """For those who keep figures out of the output. Called on the reading thread."""

    def is_running(self):
        return self._child.poll() is None

    def check_alive(self):
        if not self.expects_end and self._child.poll() is not None:
            raise ScenarioFailure(f"{self.name} ended by itself with status "
                                  f"{self._child.returncode}, see {self.log_path}")

    def listening_port(self):
        """The port in the line `listening on ADDRESS:PORT`."""
        def found():
            self.check_alive()
            for line in self.lines:
                if line.startswith("listening on "):
                    return int(line.rsplit(":", 1)[1])
            return None
        return wait_for(f"{self.name} to listen", found)

    def end(self, seconds=10):
        """SIGTERM, and SIGKILL when that is not enough. Returns the status, negative for a signal."""
        self.expects_end = True
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(seconds)
            except subprocess.TimeoutExpired:
                self._child.kill()
        status = self._child.wait()
        self._reader.join(2)
        return status

    def wait(self, seconds):
        """For one that ends by itself. Returns the status."""
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise ScenarioFailure(f"{self.name} does not end, see {self.log_path}") from error
        self._reader.join(5)
        return self._child.returncode

    def signal(self, number):
        self._child.send_signal(number)

    def cpu_ns(self):
        """On-CPU time of all its threads."""
        return process_ns(self.pid)

    def rss_bytes(self):
        return self._status_bytes("VmRSS:")

    def _status_bytes(self, name):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith(name):
                    return int(line.split()[1]) * 1024
        return 0

    def reset_peak(self):
        """The kernel forgets how large it once was (proc(5): clear_refs)."""
        with open(f"/proc/{self.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")

    def peak_bytes(self):
        """The largest RSS since the start, or since reset_peak."""
        return self._status_bytes("VmHWM:")
