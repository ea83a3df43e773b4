"""The form of a request: paths, names, versions of HTTP, the size of its head, and connections."""
from differential_parts.case import Case, Raw, Request, direct, forward, get
from differential_parts.cases_action import upgrade


def _paths(**hcm):
    def generate(draw):
        a, b = draw.words(2)
        routes = [direct(f"/{a}/secret", 403), forward(f"/{a}", "two"), forward("/")]
        targets = [f"/{a}/{b}/../secret", f"/{a}/./{b}", f"/{a}//{b}", f"//{a}/{b}", f"/{a}%2Fsecret", f"/{a}%5csecret",
                   f"/{b}/%2e%2e/{a}/x", f"/{a}\\{b}", f"/..//{a}", f"/{a}/?x=/../{b}//", f"/{a}/%41%7e", f"/{a}/..",
                   f"/{a}/%zz", "/"]
        return Case([Request(target) for target in targets], routes, hcm=hcm)
    return generate


def _slashes(action):
    return _paths(path_with_escaped_slashes_action=action)


def _underscores(action):
    def generate(draw):
        a, b = draw.words(2)
        return Case(hcm={"common_http_protocol_options": {"headers_with_underscores_action": action}},
                    requests=[Request(headers=((f"x_{a}", "1"),)), Request(headers=((f"x-{a}", "1"),)),
                              Request(headers=((f"{a}_{b}", "1"), (f"{a}-{b}", "2")), method="POST", body=b"x")])
    return generate


def _head(lines, **more):
    return Raw((("\r\n".join(lines) + "\r\n\r\n").encode(),), **more)


def max_request_headers_kb(draw):
    limit = draw.randint(1, 20)
    sizes = (10, limit * 1024 - 400, limit * 1024 + 10, limit * 2048)
    return Case(hcm={"max_request_headers_kb": limit}, versions=(1,),
                requests=[Request(headers=(("x-long", "x" * size),)) for size in sizes])


def max_headers_count(draw):
    limit = draw.randint(8, 60)
    return Case(hcm={"common_http_protocol_options": {"max_headers_count": limit}}, versions=(1,),
                requests=[Request(headers=tuple((f"x-{number}", "1") for number in range(count)))
                          for count in (1, limit - 3, limit - 1, limit, limit * 2)])


def codec_type(kind):
    def generate(draw):
        requests = [get(draw.path()), Request(method="POST", body=draw.word().encode()), get(x_answer="204")]
        return Case(requests, hcm={"codec_type": kind},
                    versions=(2,) if kind == "HTTP2" else (1, 2)[:1 + (kind == "AUTO")])
    return generate


def accept_http_10(draw):
    a = draw.word()
    return Case(hcm={"http_protocol_options": {"accept_http_10": True}},
                requests=[_head([f"GET /{a} HTTP/1.0", "host: a.test"], until_end=True),
                          _head([f"GET /{a} HTTP/1.0"], until_end=True),
                          _head([f"GET /{a} HTTP/1.0", "host: a.test", "connection: keep-alive"])])


def accept_no_http_10(draw):
    return Case(requests=[_head([f"GET /{draw.word()} HTTP/1.0", "host: a.test"], until_end=True),
                          _head(["GET / HTTP/1.0"], until_end=True), get()])


def default_host_for_http_10(draw):
    a, b = draw.words(2)
    return Case(hcm={"http_protocol_options": {"accept_http_10": True, "default_host_for_http_10": f"{a}.test"}},
                requests=[_head([f"GET /{b} HTTP/1.0"], until_end=True),
                          _head([f"GET /{b} HTTP/1.0", "host: b.test"], until_end=True),
                          _head([f"GET /{b} HTTP/1.1", "host: b.test"])])


def _key_format(value):
    def generate(draw):
        a, b = draw.words(2)
        return Case(hcm={"http_protocol_options": {"header_key_format": value}}, versions=(1,),
                    routes=[direct("/direct", 201), forward("/")],
                    requests=[Request(headers=((f"X-{a}-{b.upper()}", "1"), (f"{a}.{b}", "2"))), get("/direct"),
                              get(x_answer=f"200 x-{a}-{b}: 1;X-{b.upper()}: 2")])
    return generate


PROPER_CASE = _key_format({"proper_case_words": {}})
PRESERVE_CASE = _key_format({"stateful_formatter": {"name": "preserve_case", "typed_config": {
    "@type": "type.googleapis.com/envoy.extensions.http.header_formatters.preserve_case.v3."
             "PreserveCaseFormatterConfig"}}})


def enable_trailers(draw):
    chunked = ("POST /t HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n"
               f"3\r\nabc\r\n0\r\nx-{draw.word()}: 1\r\n\r\n").encode()
    return Case(hcm={"http_protocol_options": {"enable_trailers": True}}, versions=(1,),
                requests=[Raw((chunked,)), get(x_answer="trailers"), get()])


def allow_absolute_url(draw):
    a, b = draw.words(2)
    return Case(hcm={"http_protocol_options": {"allow_absolute_url": True}},
                requests=[_head([f"GET http://{a}.test/{b}?x HTTP/1.1", f"host: {a}.test"]),
                          _head([f"GET http://{a}.test HTTP/1.1", f"host: {b}.test"]),
                          _head([f"GET http://{a}.test:81/{b} HTTP/1.1", f"host: {a}.test"])])


def max_requests_per_connection(draw):
    limit = draw.randint(1, 3)
    one = b"GET / HTTP/1.1\r\nhost: a.test\r\n\r\n"
    return Case(hcm={"common_http_protocol_options": {"max_requests_per_connection": limit}}, versions=(1,),
                requests=[Raw((one,) * limit), Raw((one,)), get()] if limit > 1 else [Raw((one,)), get(), get("/x")])


def broken_heads(draw):
    """What is refused before any route, and whether the connection ends."""
    a = draw.word()
    return Case(requests=[_head([f"GET /{a} HTTP/1.1", "host: a.test", line], until_end=True) for line in (
        f"{a} b: c", ": x", "content-length: x", "content-length: -1", "transfer-encoding: gzip", "x: a\x00b")] + [
            _head([f"GET /{a} HTTP/1.1"], until_end=True), _head(["NONSENSE"], until_end=True),
            _head([f"GET {a} HTTP/1.1", "host: a.test"], until_end=True),
            _head([f"GET /{a} HTTP/2.0", "host: a.test"], until_end=True)])


def connections(draw):
    one = b"GET /%s HTTP/1.1\r\nhost: a.test\r\n" % draw.word().encode()
    return Case(requests=[Raw((one + b"\r\n", one + b"\r\n")), Raw((one + b"connection: close\r\n\r\n",)),
                          Raw((one + b"connection: x-a, keep-alive\r\nx-a: 1\r\nx-b: 2\r\n\r\n",)),
                          Raw((one + b"te: trailers\r\n\r\n",)), Raw((one + b"proxy-connection: close\r\n\r\n",)),
                          Request(method="HEAD"), get(x_answer="304"), get(x_answer="204"),
                          Request("*", method="OPTIONS"), Request(method="POST", body=draw.word().encode(),
                                                                  headers=(("expect", "100-continue"),)),
                          get(x_answer="reset"), get(x_answer="500 connection: close")])


def upgrade_configs(draw):
    types = [{"upgrade_type": "websocket"}, {"upgrade_type": "other", "enabled": False}]
    return Case(hcm={"upgrade_configs": types},
                routes=[forward("/other", upgrade_configs=[{"upgrade_type": "other", "enabled": True}]), forward("/")],
                requests=[Raw((upgrade("websocket"),)), Raw((upgrade("other"),)), Raw((upgrade("third"),))])


def http2_options(**options):
    def generate(draw):
        return Case(hcm={"http2_protocol_options": options}, versions=(2,),
                    requests=[get(draw.path()), Request(method="POST", body=b"x" * draw.randint(1, 16000)),
                              get(x_answer="404"), Request(headers=(("x-long", "y" * draw.randint(1, 9000)),))])
    return generate


def extended_connect(draw):
    """A websocket over HTTP/2 (RFC 8441)."""
    websocket = ((":protocol", "websocket"), ("sec-websocket-version", "13"))
    return Case(hcm={"http2_protocol_options": {"allow_connect": True},
                     "upgrade_configs": [{"upgrade_type": "websocket"}]},
                versions=(2,), requests=[
                    Request(draw.path(), websocket, "CONNECT", body=b"through the tunnel"),
                    Request(draw.path(), ((":protocol", "other"),), "CONNECT", body=b"x"), get(draw.path())])


CASES = {
    "HttpConnectionManager.normalize_path": _paths(normalize_path=True),
    "HttpConnectionManager.normalize_path=false": _paths(normalize_path=False),
    "HttpConnectionManager.merge_slashes": _paths(merge_slashes=True),
    "HttpConnectionManager.path_with_escaped_slashes_action": _slashes("UNESCAPE_AND_FORWARD"),
    "HttpConnectionManager.path_with_escaped_slashes_action=REJECT_REQUEST": _slashes("REJECT_REQUEST"),
    "HttpConnectionManager.path_with_escaped_slashes_action=UNESCAPE_AND_REDIRECT": _slashes("UNESCAPE_AND_REDIRECT"),
    "HttpConnectionManager.path_with_escaped_slashes_action=KEEP_UNCHANGED": _slashes("KEEP_UNCHANGED"),
    "HttpProtocolOptions.headers_with_underscores_action": _underscores("DROP_HEADER"),
    "HttpProtocolOptions.headers_with_underscores_action=REJECT_REQUEST": _underscores("REJECT_REQUEST"),
    "HttpProtocolOptions.headers_with_underscores_action=ALLOW": _underscores("ALLOW"),
    "HttpConnectionManager.max_request_headers_kb": max_request_headers_kb,
    "HttpProtocolOptions.max_headers_count": max_headers_count,
    "HttpProtocolOptions.max_requests_per_connection": max_requests_per_connection,
    "HttpConnectionManager.codec_type": codec_type("AUTO"),
    "HttpConnectionManager.codec_type=HTTP1": codec_type("HTTP1"),
    "HttpConnectionManager.codec_type=HTTP2": codec_type("HTTP2"),
    "Http1ProtocolOptions.accept_http_10": accept_http_10,
    "Http1ProtocolOptions.accept_http_10=false": accept_no_http_10,
    "Http1ProtocolOptions.default_host_for_http_10": default_host_for_http_10,
    "HeaderKeyFormat.proper_case_words": PROPER_CASE, "HeaderKeyFormat.stateful_formatter": PRESERVE_CASE,
    "Http1ProtocolOptions.enable_trailers": enable_trailers,
    "Http1ProtocolOptions.allow_absolute_url": allow_absolute_url,
    "Http2ProtocolOptions.max_concurrent_streams": http2_options(max_concurrent_streams=1),
    "Http2ProtocolOptions.initial_stream_window_size": http2_options(initial_stream_window_size=65535),
    "Http2ProtocolOptions.initial_connection_window_size": http2_options(initial_connection_window_size=65535),
    "Http2ProtocolOptions.allow_connect": http2_options(allow_connect=True),
    "Http2ProtocolOptions.allow_connect=websocket": extended_connect,
    "Http2ProtocolOptions.max_outbound_frames": http2_options(
        max_outbound_frames=1000, max_outbound_control_frames=100, max_consecutive_inbound_frames_with_empty_payload=1,
        max_inbound_priority_frames_per_stream=10, max_inbound_window_update_frames_per_data_frame_sent=1),
    "Http2ProtocolOptions.connection_keepalive": http2_options(
        connection_keepalive={"interval": "30s", "timeout": "5s"}),
    "HttpConnectionManager.upgrade_configs": upgrade_configs,
    "HttpConnectionManager.route_config": connections, "HttpConnectionManager.route_config=broken": broken_heads,
}
