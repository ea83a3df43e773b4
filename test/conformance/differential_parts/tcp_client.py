"""Says the steps of a Talk on one TCP connection, and keeps what comes back."""
import socket
import struct

from differential_parts.case import END, FINISH, GREETING, RESET


def talk(peer, steps):
    """What each step has met, until the connection is gone."""
    seen = []
    with peer.makefile("rb") as reader:
        for step in steps:
            seen.append(_step(peer, reader, step))
            if seen[-1] == "gone":
                break
    return seen


def _step(peer, reader, step):
    if step == END:
        return _end(reader)
    if step == FINISH:
        peer.shutdown(socket.SHUT_WR)
        return "finished"
    if step == RESET:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return "reset by us"
    return _line(peer, reader, step)


def _line(peer, reader, step):
    """Who is not listened to may see an end or a reset: that is a matter of time."""
    try:
        if step != GREETING:
            peer.sendall(step)
            if not step.endswith(b"\n"):
                return "said"
        line = reader.readline()
    except ConnectionError:
        return "gone"
    if not line:
        return "gone"
    return line.decode("latin-1") if len(line) < 100 else f"{len(line)} bytes"


def _end(reader):
    try:
        rest = reader.read()
    except ConnectionError:
        return "reset"
    return f"end after {rest!r}" if rest else "end"
