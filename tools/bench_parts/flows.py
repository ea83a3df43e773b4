"""How one connection of an attack sends: pieces one after the other, slowly where that is the attack."""
import time

SLOW_PAUSE_S = 1.0


def refill(attack, flow):
    """Queues the next piece, if it is due."""
    now = time.monotonic()
    if attack.is_slow and now < flow.next_at:
        return
    flow.next_at = now + SLOW_PAUSE_S
    flow.queued = attack.more(flow.numbers)


def send(flow):
    """How many bytes the socket took; None: the connection is gone."""
    try:
        count = flow.socket.send(flow.queued)
    except BlockingIOError:
        return 0
    except OSError:
        return None
    flow.queued = flow.queued[count:]
    return count
