"""What the TCP services behind a proxy do: they obey the lines that they are sent."""
import socket
import struct

NAMES = ("tcp_one", "tcp_two", "greeting")
LONG_BYTES = 1 << 20


def serve(name, connection):
    """Until one side ends the connection. What it has seen: lines, and how the connection ended."""
    lines = []
    try:
        with connection.makefile("rb") as reader:
            if name == "greeting":
                connection.sendall(b"welcome\n")
            while (line := reader.readline()):
                lines.append(line.decode("latin-1") if len(line) < 100 else f"{len(line)} bytes")
                if not _obey(name, connection, line.strip().decode("latin-1")):
                    return {"lines": lines, "end": "by the service"}
            connection.sendall(f"{name} has seen the end\n".encode())
            return {"lines": lines, "end": "by the client"}
    except OSError:
        return {"lines": lines, "end": "reset"}


def _obey(name, connection, line):
    """False ends the connection."""
    if line == "finish":  # what it is sent still counts
        connection.sendall(b"finished\n")
        connection.shutdown(socket.SHUT_WR)
        return True
    if line == "close":
        connection.sendall(b"closed\n")
        return False
    if line == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
    if line == "long":
        connection.sendall(b"x" * LONG_BYTES + b"\n")
        return True
    connection.sendall(f"{name} heard {line[:20]}\n".encode())
    return True
