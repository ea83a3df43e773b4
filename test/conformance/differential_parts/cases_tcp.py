"""TCP proxies: where connections go, how they end, what is told of them."""
from differential_parts.case import END, FINISH, GREETING, RESET, Talk, TcpCase, tcp

SOON = "0.3s"
LATE = "20s"
ALL_WEIGHT = (1 << 32) - 2  # so heavy that nobody sees the other one chosen


def _say(word, *further, **fields):
    return Talk((f"{word}\n".encode(), *further), **fields)


def _gone(*steps):
    """No service hears of it."""
    return Talk(steps or (END,), records=0)


def _talks(draw):
    """In each way in which a connection can end."""
    return [_say(draw.word(), FINISH, END), _say("finish", END, b"after", FINISH), _say("close", END),
            _say(draw.word(), RESET)]


def cluster(draw):
    return TcpCase(_talks(draw), [tcp()])


def cluster_of_nobody(draw):
    return TcpCase([_gone(), _gone(f"{draw.word()}\n".encode()), _gone(RESET)], [tcp("nobody")])


def cluster_without_endpoints(draw):
    return TcpCase([_gone(), _gone(f"{draw.word()}\n".encode()), _gone()], [tcp("empty")])


def cluster_that_refuses(draw):
    return TcpCase([_gone(), _gone(f"{draw.word()}\n".encode()), _gone()], [tcp("refusing")])


def cluster_that_is_full(draw):
    name = f"full_{draw.word()}"
    limits = {"circuit_breakers": {"thresholds": [{"max_connections": 0}]}}
    return TcpCase([_gone(), _gone(f"{draw.word()}\n".encode()), _gone()], [tcp(name)],
                   clusters={name: (["tcp_one"], limits)})


def weighted_clusters(draw):
    heavy, light = draw.sample(["tcp_one", "tcp_two"], 2)
    weights = [{"name": heavy, "weight": ALL_WEIGHT}, {"name": light, "weight": 1}]
    draw.shuffle(weights)
    return TcpCase([_say(draw.word(), FINISH, END) for _ in range(3)],
                   [{"name": "chain", "tcp": {"weighted_clusters": {"clusters": weights}}}])


def weighted_to_one(draw):
    weights = [{"name": "tcp_two", "weight": draw.randint(1, 9)} for _ in range(3)]
    return TcpCase(_talks(draw), [{"name": "chain", "tcp": {"weighted_clusters": {"clusters": weights}}}])


def idle_timeout(draw):
    return TcpCase([_say(draw.word(), END), Talk((END,)), _say("finish", END), _say("close", END)],
                   [tcp(idle_timeout=SOON)])


def no_idle_timeout(draw):
    return TcpCase([*_talks(draw), _say(draw.word(), FINISH, END)], [tcp(idle_timeout="0s")])


def max_connect_attempts(draw):
    return TcpCase([_gone(), _gone(f"{draw.word()}\n".encode()), _gone()],
                   [tcp("refusing", max_connect_attempts=draw.randint(2, 5))])


def max_downstream_connection_duration(draw):
    return TcpCase([_say(draw.word(), END), Talk((END,)), _say("close", END)],
                   [tcp(max_downstream_connection_duration=SOON)])


def access_log(draw):
    text = " ".join(f"%{name}%" for name in (
        "UPSTREAM_REMOTE_ADDRESS", "UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT", "DOWNSTREAM_LOCAL_ADDRESS", "RESPONSE_CODE",
        "UPSTREAM_REQUEST_ATTEMPT_COUNT", "REQUESTED_SERVER_NAME", "RESPONSE_FLAGS_LONG", "BYTES_SENT"))
    return TcpCase(_talks(draw), [tcp()], log_format={"text_format_source": {"inline_string": text + "\n"}})


def access_log_json(draw):
    values = {name.lower(): f"%{name}%" for name in draw.sample((
        "BYTES_RECEIVED", "BYTES_SENT", "PROTOCOL", "RESPONSE_CODE", "RESPONSE_FLAGS", "UPSTREAM_HOST",
        "UPSTREAM_CLUSTER", "REQ(:METHOD)", "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", "ROUTE_NAME"), 6)}
    return TcpCase(_talks(draw), [tcp()], log_format={"json_format": values})


def access_log_of_refusal(draw):
    return TcpCase([_gone() for _ in range(3)], [tcp("refusing", max_connect_attempts=2)], log_format={
        "json_format": {name.lower(): f"%{name}%" for name in (
            "UPSTREAM_TRANSPORT_FAILURE_REASON", "RESPONSE_FLAGS", "UPSTREAM_REQUEST_ATTEMPT_COUNT", "UPSTREAM_HOST",
            "CONNECTION_TERMINATION_DETAILS")}})


def half_close(draw):
    word = f"{draw.word()}\n".encode()
    return TcpCase([Talk((FINISH, END)), Talk((word, FINISH, END)), Talk((b"finish\n", END, word[:-1], FINISH)),
                    Talk((b"finish\n", END, FINISH)), Talk((b"long\n", FINISH, END))], [tcp()])


def resets(draw):
    word = f"{draw.word()}\n".encode()
    return TcpCase([_say("reset", END), Talk((b"reset\n",)), Talk((word, RESET)), Talk((b"finish\n", RESET)),
                    Talk((word, b"reset\n"))], [tcp()])


def server_first(draw):
    return TcpCase([Talk((GREETING, FINISH, END)), Talk((GREETING, f"{draw.word()}\n".encode(), FINISH, END)),
                    Talk((GREETING, RESET))], [tcp("greeting")])


def long_words(draw):
    long = b"y" * draw.randint(100000, 2000000) + b"\n"
    return TcpCase([Talk((b"long\n", FINISH, END)), Talk((long, FINISH, END)), Talk((long, b"long\n", b"close\n", END))],
                   [tcp()], listener={"per_connection_buffer_limit_bytes": draw.randint(5000, 100000)})


def hash_policy(draw):
    return TcpCase(_talks(draw), [tcp(hash_policy=[{"source_ip": {}}])])


def by_xds(draw):
    return TcpCase(_talks(draw), [tcp()], by_xds=True)


def stat_prefix(draw):
    return TcpCase(_talks(draw), [tcp(stat_prefix=f"{draw.word()}.{draw.word()}")])


CASES = {
    "TcpProxy.cluster": cluster, "TcpProxy.cluster=nobody": cluster_of_nobody,
    "TcpProxy.cluster=empty": cluster_without_endpoints, "TcpProxy.cluster=refusing": cluster_that_refuses,
    "TcpProxy.cluster=full": cluster_that_is_full, "TcpProxy.cluster=by_xds": by_xds,
    "TcpProxy.cluster=half_close": half_close, "TcpProxy.cluster=resets": resets,
    "TcpProxy.cluster=server_first": server_first, "TcpProxy.cluster=long": long_words,
    "TcpProxy.stat_prefix": stat_prefix,
    "TcpProxy.weighted_clusters": weighted_clusters, "TcpProxy.weighted_clusters=one": weighted_to_one,
    "TcpProxy.idle_timeout": idle_timeout, "TcpProxy.idle_timeout=none": no_idle_timeout,
    "TcpProxy.max_connect_attempts": max_connect_attempts,
    "TcpProxy.max_downstream_connection_duration": max_downstream_connection_duration,
    "TcpProxy.access_log": access_log, "TcpProxy.access_log=json": access_log_json,
    "TcpProxy.access_log=refusal": access_log_of_refusal,
    "TcpProxy.hash_policy": hash_policy,
}
