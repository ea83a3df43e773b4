"""The ledgers of both ends side by side: what was lost, doubled or cut short between them."""
import collections
import dataclasses

# Reasons of the load client (tools/load) for what was not the proxy's answer.
RESET = ("reset", "refused", "connect-", "timeout", "no-stream", "overrun")
CUT = ("truncated", "mismatch", "malformed", "unasked")


@dataclasses.dataclass
class Account:
    sent: int = 0
    ok: int = 0
    local: int = 0  # answered by the proxy itself
    reset: int = 0
    lost: int = 0
    dup: int = 0
    trunc: int = 0

    def __str__(self):
        return " ".join(f"{field.name}={getattr(self, field.name)}" for field in dataclasses.fields(self))

    def is_clean(self):
        """Nothing lost, doubled or cut short; what failed has said so."""
        return self.lost == self.dup == self.trunc == 0

    def is_perfect(self):
        return self.is_clean() and self.ok == self.sent


def _read(path):
    """(id, length and hash of its body, a word) of each line."""
    with open(path, encoding="ascii") as file:
        for line in file:
            name, length, digest, word = line.split()
            yield name, (int(length), digest), word


def compare(loads, service_ledgers):
    """`loads`: (last counts, path of the ledger) of clients that have ended, as have the services."""
    seen = collections.defaultdict(list)
    for path in service_ledgers:
        for name, body, _ in _read(path):
            seen[name].append(body)
    account = Account()
    for counts, path in loads:
        account.sent += counts["requests"]
        account.ok += counts["succeeded"]
        for reason, count in counts["failures"].items():
            if reason.startswith(CUT):
                account.trunc += count
            elif reason.startswith(RESET):
                account.reset += count
            else:
                account.local += count
        account.lost += counts["requests"] - counts["succeeded"] - counts["failed"]
        for name, body, word in _read(path):
            if word == "answered" and not seen[name]:
                account.lost += 1
            account.dup += max(len(seen[name]) - 1, 0)
            account.trunc += any(other != body for other in seen[name])
    return account
