"""Waiting for conditions, never for time to pass."""
import time


class ScenarioFailure(Exception):
    """Something did not happen that had to; says what."""


def wait_for(what, condition, seconds=60.0, step=0.01):
    """Asks until `condition()` is true and returns that value; ScenarioFailure after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise ScenarioFailure(f"after {seconds:.0f} s still waiting: {what}")
        time.sleep(step)
