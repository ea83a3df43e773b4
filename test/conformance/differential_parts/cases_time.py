"""How long things may take. What has to end ends after half a second, what has not is far away from it."""
from differential_parts.case import Case, Raw, Request, forward, get

SOON = "0.5s"
LATE = "20s"
GRPC = (("content-type", "application/grpc"), ("te", "trailers"))


def _stuck(**headers):
    """To a service that never answers."""
    return get(x_answer="never", **headers)


def timeout(draw):
    return Case(routes=[forward("/soon", timeout=SOON), forward("/late", timeout=LATE), forward("/off", timeout="0s")],
                requests=[Request("/soon", (("x-answer", "never"),)), get("/soon"), get("/late" + draw.path()),
                          get("/off"),
                          Request("/soon", (("x-answer", "never"), *GRPC), "POST"),
                          get("/soon", x_answer="part")], versions=(1,))


def idle_timeout(draw):
    return Case(routes=[forward("/soon", idle_timeout=SOON), forward("/", idle_timeout="0s")],
                requests=[Request("/soon", (("x-answer", "never"),)), get("/soon"), get(draw.path()),
                          Raw((b"POST /soon HTTP/1.1\r\nhost: a.test\r\ncontent-length: 9\r\n\r\nabc",),
                              until_end=True)])


def stream_idle_timeout(draw):
    return Case(hcm={"stream_idle_timeout": SOON},
                requests=[_stuck(), get(draw.path()), Request(method="POST", body=b"abc")])


def max_stream_duration_of_route(draw):
    return Case(routes=[forward("/soon", timeout="0s", max_stream_duration={"max_stream_duration": SOON}),
                        forward("/", max_stream_duration={"max_stream_duration": LATE})],
                requests=[get("/soon", x_answer="never"), get("/soon"), get(draw.path())])


def grpc_timeout_header_max(draw):
    maximum = {"grpc_timeout_header_max": SOON}
    return Case(routes=[forward("/soon", max_stream_duration=maximum),
                        forward("/", timeout=LATE, max_stream_duration={"grpc_timeout_header_max": "0s"})],
                requests=[Request("/soon", (*GRPC, ("grpc-timeout", value), ("x-answer", "never")), "POST")
                          for value in ("9S", "300m")] + [
                    Request("/", (*GRPC, ("grpc-timeout", f"{draw.randint(400, 500)}m"), ("x-answer", "never")),
                            "POST"),
                    Request("/", (*GRPC, ("grpc-timeout", "3S")), "POST")])


def grpc_timeout_header_offset(draw):
    options = {"grpc_timeout_header_max": LATE, "grpc_timeout_header_offset": "4.5s"}
    return Case(routes=[forward("/", max_stream_duration=options)],
                requests=[Request("/", (*GRPC, ("grpc-timeout", "5S"), ("x-answer", "never")), "POST"),
                          Request("/", (*GRPC, ("grpc-timeout", f"{draw.randint(6, 9)}S")), "POST"), get()])


def max_grpc_timeout(draw):
    return Case(routes=[forward("/soon", max_grpc_timeout=SOON), forward("/", max_grpc_timeout="0s")],
                requests=[Request("/soon", (*GRPC, ("grpc-timeout", "9S"), ("x-answer", "never")), "POST"),
                          Request("/", (*GRPC, ("grpc-timeout", "500m"), ("x-answer", "never")), "POST"),
                          Request("/", (*GRPC, ("grpc-timeout", f"{draw.randint(3, 9)}S")), "POST")])


def timeout_headers(draw):
    return Case(hcm={"use_remote_address": False, "internal_address_config": {
        "cidr_ranges": [{"address_prefix": "127.0.0.0", "prefix_len": 8}]}},
                requests=[_stuck(x_envoy_upstream_rq_timeout_ms="500", x_forwarded_for="127.0.0.1"),
                          get(x_envoy_upstream_rq_timeout_ms=str(draw.randint(5000, 9000)),
                              x_forwarded_for="127.0.0.1"),
                          get(x_envoy_upstream_rq_timeout_ms="7000"),
                          get(x_envoy_upstream_rq_timeout_ms="no", x_forwarded_for="127.0.0.1"),
                          get(x_envoy_expected_rq_timeout_ms="10")])


def try_timeout_header(draw):
    return Case(hcm={"internal_address_config": {"cidr_ranges": [{"address_prefix": "127.0.0.0", "prefix_len": 8}]}},
                requests=[get(x_envoy_upstream_rq_per_try_timeout_ms="5000", x_forwarded_for="127.0.0.1",
                              x_envoy_upstream_rq_timeout_ms=str(draw.randint(5000, 9000))),
                          _stuck(x_envoy_upstream_rq_per_try_timeout_ms="300", x_forwarded_for="127.0.0.1"),
                          get(x_envoy_upstream_rq_per_try_timeout_ms="no", x_forwarded_for="127.0.0.1")])


def request_timeout(draw):
    return Case(hcm={"request_timeout": SOON},
                requests=[Raw((b"POST / HTTP/1.1\r\nhost: a.test\r\ncontent-length: 9\r\n\r\nabc",), until_end=True),
                          get(draw.path()), Request(method="POST", body=b"abc")])


def request_headers_timeout(draw):
    return Case(hcm={"request_headers_timeout": SOON},
                requests=[Raw((b"GET / HTTP/1.1\r\nhost: a",), until_end=True), get(draw.path()),
                          Raw((b"GET / HTTP/1.1\r\nhost: a.test\r\n\r\n", b"GET / HTTP/1.1\r\n"), until_end=True)])


def connection_idle_timeout(draw):
    return Case(hcm={"common_http_protocol_options": {"idle_timeout": SOON}},
                requests=[Raw((b"GET / HTTP/1.1\r\nhost: a.test\r\n\r\n",), until_end=True), get(draw.path()),
                          Raw((b"",), until_end=True)], versions=(1,))


def max_connection_duration(draw):
    return Case(hcm={"common_http_protocol_options": {"max_connection_duration": LATE}},
                requests=[get(draw.path()), Request(method="POST", body=b"x"), get(x_answer="500")])


def max_stream_duration(draw):
    return Case(hcm={"common_http_protocol_options": {"max_stream_duration": SOON}},
                requests=[_stuck(), get(draw.path()), Request(method="POST", body=b"x")])


def _plain(**hcm):
    """Where nothing ends: its presence changes nothing that a request could tell."""
    def generate(draw):
        return Case(hcm=hcm, requests=[get(draw.path()), Request(method="POST", body=draw.word().encode()),
                                       Raw((b"GET / HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n",))])
    return generate


CASES = {
    "RouteAction.timeout": timeout, "RouteAction.idle_timeout": idle_timeout,
    "MaxStreamDuration.max_stream_duration": max_stream_duration_of_route,
    "MaxStreamDuration.grpc_timeout_header_max": grpc_timeout_header_max,
    "MaxStreamDuration.grpc_timeout_header_offset": grpc_timeout_header_offset,
    "RouteAction.max_grpc_timeout": max_grpc_timeout,
    "header.grpc-timeout": max_grpc_timeout, "header.x-envoy-upstream-rq-timeout-ms": timeout_headers,
    "header.x-envoy-upstream-rq-per-try-timeout-ms": try_timeout_header,
    "HttpConnectionManager.stream_idle_timeout": stream_idle_timeout,
    "HttpConnectionManager.request_timeout": request_timeout,
    "HttpConnectionManager.request_headers_timeout": request_headers_timeout,
    "HttpConnectionManager.drain_timeout": _plain(drain_timeout="1s"),
    "HttpConnectionManager.delayed_close_timeout": _plain(delayed_close_timeout="0.2s"),
    "HttpConnectionManager.stream_flush_timeout": _plain(stream_flush_timeout="5s"),
    "HttpProtocolOptions.idle_timeout": connection_idle_timeout,
    "HttpProtocolOptions.max_connection_duration": max_connection_duration,
    "HttpProtocolOptions.max_stream_duration": max_stream_duration,
}
