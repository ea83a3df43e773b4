"""What a demonstration has to show at its end: the figures before and after, the table, the verdict."""
from scenario import report


class Figures:
    """What is measured before and after."""

    def __init__(self, world):
        self.client_cpu_ns = world.client.cpu_ns()
        self.server_cpu_ns = world.server.cpu_ns()
        self.downstream = world.client.sum_of("http.egress.", ".downstream_cx_total")
        self.between = world.server.sum_of("http.ingress_", ".downstream_cx_destroy")
        self.upstream = world.client.sum_of("cluster.web-", ".upstream_cx_destroy")


def is_good(loads, must_be_complete):
    """Nothing failed, nothing is missing, and no connection was opened twice."""
    for _, load, connections in loads.each:
        counts = load.counts
        is_complete = counts["succeeded"] + counts["failed"] == counts["requests"]
        if counts["failed"] or counts["connections_opened"] != connections:
            return False
        if must_be_complete and not is_complete:
            return False
    return True


def _percentiles(load):
    latency = load.counts["latency_us"]
    return " / ".join(report.counted(latency[name]) for name in ("p50", "p99", "max"))


def print_loads(loads):
    """One line for each way in."""
    print(report.faint(f"  {'client':<10}{'requests':>12}{'failed':>9}{'connections kept':>19}"
                       f"{'latency p50 / p99 / max, µs':>34}"))
    for name, load, connections in loads.each:
        failed = report.counted(load.failed())
        shown = (report.bad if load.failed() else report.good)(f"{failed:>9}")
        kept = max(2 * connections - load.counts["connections_opened"], 0)
        print(f"  {name:<10}{report.counted(load.counts['requests']):>12}{shown}"
              f"{f'{kept} of {connections}':>19}{_percentiles(load):>34}")
        for reason, count in load.counts["failures"].items():
            print(f"  {'':<22}{report.counted(count):>9}   {report.bad(reason)}")
    print()


def print_result(world, loads, before, after, answered, pushes):
    report.heading("result")
    print_loads(loads)
    report.row("requests", report.counted(loads.total("requests")), "never retried, each answer checked")
    failed = report.counted(loads.total("failed"))
    report.row("failed", " " * (24 - len(failed)) + (report.good if failed == "0" else report.bad)(failed))
    for version, count in sorted(loads.by("versions").items()):
        report.row(f"  answered by {version}", report.counted(count))
    report.row("configuration changes", str(pushes),
               f"{world.count_verdicts('accepted')} versions accepted, "
               f"{world.count_verdicts('rejected')} rejected by the proxies")
    report.row("client connections accepted", str(after.downstream - before.downstream),
               "since the first change")
    report.row("proxy-to-proxy connections closed", str(after.upstream - before.upstream),
               f"{after.between - before.between} as the other side counts")
    for name, proxy, used in (
            ("client-side", world.client, after.client_cpu_ns - before.client_cpu_ns),
            ("server-side", world.server, after.server_cpu_ns - before.server_cpu_ns)):
        report.row(f"CPU per request, {name}", f"{used / max(answered, 1) / 1000:.1f} µs",
                   "pushes and admin included")
        report.row(f"RSS, {name}", report.mib(proxy.rss_bytes()))
    print(report.faint("\n  latency: both proxies, from when a request was due"))
