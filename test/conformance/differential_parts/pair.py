"""Envoy and Outrigger beside each other, with the same cases."""
import contextlib
import os
import tempfile

from proxied import ROOT

from differential_parts.sides import Side
from scenario.certificates import Certificates
from scenario.control import Control

ENVOY = os.path.join(ROOT, "build", "deps", "envoy")
FLAGS = ("--concurrency", "1", "--use-dynamic-base-id", "-l", "error", "--file-flush-interval-msec", "50")
START_ATTEMPTS = 3


@contextlib.contextmanager
def pair(build, cases):
    """Both sides, ready: Envoy first. They have services of their own, and one control plane."""
    with tempfile.TemporaryDirectory(prefix="outrigger-differential-") as folder:
        control_folder = os.path.join(folder, "control")
        os.mkdir(control_folder)
        certificates = issue(os.path.join(folder, "certificates"))
        control = Control(os.path.join(build, "outrigger-control"), control_folder, 0, folder)
        sides = []
        try:
            surroundings = (control_folder, control.listening_port(), certificates)
            for name, program in (("envoy", ENVOY), ("outrigger", os.path.join(build, "outrigger"))):
                sides.append(_started(name, [program, *FLAGS], cases, folder, surroundings))
            yield sides
        finally:
            for each in (*sides, control):
                each.end()


def issue(folder):
    """The certificates of everybody; a stranger's are by another authority. Returns the folder."""
    ours, others = Certificates(folder), Certificates(os.path.join(folder, "others"))
    ours.issue("server", "DNS:a.test,DNS:*.b.test")
    ours.issue("service", "DNS:service.test,URI:spiffe://mesh/service,IP:127.0.0.1")
    ours.issue("client", "URI:spiffe://mesh/client,URI:spiffe://mesh/other,DNS:client.test,IP:10.1.2.3")
    ours.issue("nobody", "DNS:nobody.test")
    others.issue("stranger", "URI:spiffe://mesh/client")
    for name in ("stranger.pem", "stranger.key"):
        os.rename(others.path(name), ours.path(name))
    os.rename(ours.ca, ours.path("authority.pem"))
    os.rename(others.ca, ours.path("strangers.pem"))
    return folder


def _started(name, command, cases, folder, surroundings):
    """Ready. Another program may have been given one of the ports in between: then with other ones."""
    for attempt in range(START_ATTEMPTS):
        side = Side(name, command, cases, os.path.join(folder, f"{name}_{attempt}"), surroundings)
        if side.is_ready():
            return side
        side.end()
    raise SystemExit(f"{name} does not start")
