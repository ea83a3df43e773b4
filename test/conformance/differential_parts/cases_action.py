"""What becomes of a request that has met its route: cluster, rewrites, redirects, answers of the proxy itself."""
from differential_parts.case import Case, Raw, Request, direct, forward, get


def cluster(draw):
    a, b = draw.words(2)
    return Case(routes=[forward(f"/{a}", "one"), forward(f"/{b}", "two"), forward("/empty", "empty"),
                        forward("/nobody", "nobody")],
                requests=[get(f"/{a}"), get(f"/{b}"), get("/empty"), get("/nobody"),
                          Request("/empty", (("content-type", "application/grpc"),), "POST"),
                          Request("/nobody", (("content-type", "application/grpc"),), "POST")])


def cluster_not_found_response_code(draw):
    codes = ("SERVICE_UNAVAILABLE", "NOT_FOUND", "INTERNAL_SERVER_ERROR")
    return Case(routes=[forward(f"/{code}", "nobody", cluster_not_found_response_code=code) for code in codes],
                requests=[get(f"/{code}") for code in codes])


def _weighted(draw, weights, **fields):
    """The value of a header chooses, so that both choose the same."""
    total = sum(weight["weight"] for weight in weights)
    numbers = [0, total - 1, total, *[draw.randrange(total * 2) for _ in range(4)]]
    return Case(routes=[{"match": {"prefix": "/"}, "route": {"weighted_clusters": {
        "header_name": "x-number", "clusters": weights, **fields}}}],
                requests=[get(x_number=str(number)) for number in numbers])


def weight(draw):
    weights = [{"name": name, "weight": draw.randint(0, 30) + (name == "one")} for name in ("one", "two", "three")]
    return _weighted(draw, weights)


def weight_of_nobody(draw):
    return _weighted(draw, [{"name": "one", "weight": 50}, {"name": "nobody", "weight": 50}])


def weighted_headers(draw):
    a, b = draw.words(2)

    def add(value):
        return [{"header": {"key": f"x-{a}", "value": value}, "append_action": draw.choice(
            ["APPEND_IF_EXISTS_OR_ADD", "OVERWRITE_IF_EXISTS_OR_ADD"])}]
    case = _weighted(draw, [
        {"name": "one", "weight": 50, "request_headers_to_add": add("1"), "response_headers_to_remove": ["x-service"]},
        {"name": "two", "weight": 50, "request_headers_to_remove": [f"x-{b}"], "response_headers_to_add": add("2")}])
    case.requests = [get(x_number=number, **{f"x_{a}": "0", f"x_{b}": "0"}) for number in ("1", "50", "99", "100")]
    return case


def weighted_host(draw):
    a, b = draw.words(2)
    return _weighted(draw, [{"name": "one", "weight": 50, "host_rewrite_literal": f"{a}.test"},
                            {"name": "two", "weight": 50, "host_rewrite_literal": f"{b}.test:81"}])


def prefix_rewrite(draw):
    a, b, c = draw.words(3)
    return Case(routes=[forward(f"/{a}/", prefix_rewrite="/"), forward({"path": f"/{b}"}, prefix_rewrite=f"/{c}/x"),
                        forward({"prefix": f"/{c}", "case_sensitive": False}, prefix_rewrite=f"/{a}")],
                requests=[get(f"/{a}/{b}"), get(f"/{a}/"), get(f"/{a}/?{b}"), get(f"/{b}?q=/{b}"), get(f"/{c}/{a}"),
                          get(f"/{c.upper()}{b}"), get(f"/{a}//{b}"),
                          get(f"/{c}", x_envoy_original_path="/mine")])


def regex_rewrite(draw):
    a, b = draw.words(2)
    pattern = draw.choice([f"/{a}/([^/]+)/(.*)", f"{a}", f"^/({a})/(.)"])
    return Case(routes=[forward("/", regex_rewrite={
        "pattern": {"regex": pattern}, "substitution": f"/{b}" if pattern == a else r"/\2/\1"})],
                requests=[get(f"/{a}/{b}/x"), get(f"/{a}/{b}/x?{a}"), get(f"/{b}/{a}/{a}"), get(f"/{b}"),
                          get(f"/x/{a}/1/2")])


def host_rewrite_literal(draw):
    a = draw.word()
    return Case(routes=[forward("/", host_rewrite_literal=f"{a}.test")],
                requests=[get(), get("/x", "B.test:80"), get("/y", x_forwarded_host="mine")])


def auto_host_rewrite(draw):
    return Case(routes=[forward("/on", auto_host_rewrite=True), forward("/off", auto_host_rewrite=False)],
                requests=[get("/on" + draw.path()), get("/on", "b.test:80"), get("/off"),
                          get("/on", x_forwarded_host="mine")])


def host_rewrite_header(draw):
    a, b = draw.words(2)
    return Case(routes=[forward("/", host_rewrite_header=f"X-{a}")],
                requests=[get(**{f"x_{a}": f"{b}.test"}), get(**{f"x_{b}": a}), get(**{f"x_{a}": ""}),
                          Request(headers=((f"x-{a}", "p.test"), (f"x-{a}", "q.test")))])


def append_x_forwarded_host(draw):
    a = draw.word()
    on = {"append_x_forwarded_host": True}
    return Case(routes=[forward("/literal", host_rewrite_literal=f"{a}.test", **on),
                        forward("/auto", auto_host_rewrite=True, **on), forward("/none", **on)],
                requests=[get("/literal"), get("/auto", "b.test:81"), get("/none"),
                          get("/literal", x_forwarded_host="first"), get("/literal", f"{a}.test"),
                          get("/auto", "b.test", x_forwarded_host="b.test")])


def _redirect(requests, *actions):
    routes = [{"match": {"prefix": f"/{number}"}, "redirect": action} for number, action in enumerate(actions)]
    return Case(routes=routes, requests=[
        Request(f"/{number}{request.path}", request.headers, request.method, request.host)
        for number in range(len(actions)) for request in requests])


def https_redirect(draw):
    return _redirect([get(draw.path()), get("?q", "a.test:80"), get("/x", "a.test:8080"), get("", "[::1]:80"),
                      get("/y", x_forwarded_proto="https")],
                     {"https_redirect": True}, {"https_redirect": False})


def scheme_redirect(draw):
    return _redirect([get(draw.path()), get("?q", "a.test:80"), get("/y", x_forwarded_proto="https")],
                     {"scheme_redirect": "HTTPS"}, {"scheme_redirect": "http"}, {"scheme_redirect": draw.word()})


def host_redirect(draw):
    return _redirect([get(draw.path()), get("?q", "b.test:81")], {"host_redirect": f"{draw.word()}.test"},
                     {"host_redirect": f"{draw.word()}.test:82"})


def port_redirect(draw):
    return _redirect([get(draw.path()), get("?q", "b.test:81"), get("", "[::1]")],
                     {"port_redirect": draw.randint(1, 65535)}, {"https_redirect": True, "port_redirect": 443},
                     {"port_redirect": 80})


def path_redirect(draw):
    return _redirect([get(draw.path()), get("?q=1"), get("#x")], {"path_redirect": draw.path()},
                     {"path_redirect": draw.path() + "?own=1"}, {"path_redirect": draw.path(), "strip_query": True})


def prefix_redirect(draw):
    return _redirect([get(draw.path()), get("?q=1"), get("")], {"prefix_rewrite": draw.path()},
                     {"prefix_rewrite": "/", "host_redirect": "c.test"})


def regex_redirect(draw):
    a = draw.word()
    return _redirect([get(f"/{a}/x"), get(f"/{a}?{a}"), get("/y")],
                     {"regex_rewrite": {"pattern": {"regex": f"/{a}(/.*)?"}, "substitution": r"/new\1"}})


def response_code(draw):
    codes = ("MOVED_PERMANENTLY", "FOUND", "SEE_OTHER", "TEMPORARY_REDIRECT", "PERMANENT_REDIRECT")
    return _redirect([get(draw.path()), Request("/x", method="POST")],
                     *({"host_redirect": "b.test", "response_code": code} for code in codes))


def strip_query(draw):
    return _redirect([get(draw.path() + "?a=b"), get("?"), get("")], {"host_redirect": "b.test", "strip_query": True},
                     {"https_redirect": True, "strip_query": False})


def direct_response(draw):
    text = draw.word()
    return Case(routes=[direct("/body", 200, text), direct("/teapot", 418), direct("/empty", 204),
                        direct("/fault", 503, text), direct("/moved", 301)],
                requests=[get("/body"), get("/teapot"), get("/empty"), get("/fault"), get("/moved"),
                          Request("/body", method="HEAD"), Request("/body", method="POST", body=b"abc"),
                          Request("/fault", (("content-type", "application/grpc"),), "POST"),
                          get("/body", accept="application/json")])


# But for those with a case of their own, and 204 and 304, to whose head Envoy adds a body over HTTP/2.
STATUSES = (200, 201, 202, 203, 205, 206, 207, 208, 226, 300, 301, 302, 303, 305, 307, 308, 401, 402, 403, 404, 405,
            406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428, 429,
            431, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511)


def status(draw):
    chosen = draw.sample(STATUSES, 6)
    return Case(routes=[direct(f"/{code}", code, draw.word()) for code in chosen],
                requests=[get(f"/{code}") for code in chosen])


def max_direct_response_body_size_bytes(draw):
    length = draw.randint(4097, 9000)
    return Case(table={"max_direct_response_body_size_bytes": length},
                routes=[direct("/long", 200, "x" * length), direct("/short", 200, "y")],
                requests=[get("/long"), get("/short"), Request("/long", method="HEAD")])


def attempt_count(draw):
    return Case(host={"include_request_attempt_count": True},
                requests=[get(draw.path()), get(x_envoy_attempt_count="7"), Request(method="POST", body=b"x")])


def attempt_count_in_response(draw):
    return Case(host={"include_attempt_count_in_response": True},
                requests=[get(draw.path()), get(x_answer="500"), get(x_answer="200 x-envoy-attempt-count: 7")])


def upgrade(name):
    return (f"GET /{name} HTTP/1.1\r\nhost: a.test\r\nconnection: Upgrade\r\nupgrade: {name}\r\n"
            "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n").encode()


def route_upgrade_configs(draw):
    return Case(routes=[forward("/websocket", upgrade_configs=[{"upgrade_type": "websocket"}]),
                        forward("/other", upgrade_configs=[{"upgrade_type": "other", "enabled": False}])],
                requests=[Raw((upgrade("websocket"),)), Raw((upgrade("other"),)), get("/websocket" + draw.path())])


def request_mirror_policies(draw):
    policy = [{"cluster": "two", "runtime_fraction": {"default_value": {"numerator": 100}}}]
    none = [{"cluster": "two", "runtime_fraction": {"default_value": {"numerator": 0}}}]
    return Case(routes=[forward("/both", request_mirror_policies=policy),
                        forward("/once", request_mirror_policies=none)],
                requests=[Request("/both" + draw.path(), records=2),
                          Request("/both", records=2, method="POST", body=b"x"),
                          Request("/once", records=1)])


def mirror_of_table(draw):
    policy = {"cluster": "two", "disable_shadow_host_suffix_append": draw.choice([True, False])}
    return Case(table={"request_mirror_policies": [policy]},
                requests=[Request(draw.path(), records=2), Request(records=2, method="POST", body=b"x"),
                          Request(draw.path(), records=2)])


CASES = {
    "RouteAction.cluster": cluster,
    "RouteAction.cluster_not_found_response_code": cluster_not_found_response_code,
    "RouteAction.weighted_clusters": weight_of_nobody, "ClusterWeight.weight": weight,
    "WeightedCluster.header_name": weight, "ClusterWeight.host_rewrite_literal": weighted_host,
    "ClusterWeight.request_headers_to_add": weighted_headers,
    "ClusterWeight.request_headers_to_remove": weighted_headers,
    "ClusterWeight.response_headers_to_add": weighted_headers,
    "ClusterWeight.response_headers_to_remove": weighted_headers,
    "RouteAction.prefix_rewrite": prefix_rewrite, "RouteAction.regex_rewrite": regex_rewrite,
    "RouteAction.host_rewrite_literal": host_rewrite_literal, "RouteAction.auto_host_rewrite": auto_host_rewrite,
    "RouteAction.host_rewrite_header": host_rewrite_header,
    "RouteAction.append_x_forwarded_host": append_x_forwarded_host,
    "RouteAction.upgrade_configs": route_upgrade_configs,
    "RouteAction.request_mirror_policies": request_mirror_policies,
    "RouteConfiguration.request_mirror_policies": mirror_of_table,
    "RedirectAction.scheme_redirect": scheme_redirect, "RedirectAction.https_redirect": https_redirect,
    "RedirectAction.host_redirect": host_redirect,
    "RedirectAction.port_redirect": port_redirect, "RedirectAction.path_redirect": path_redirect,
    "RedirectAction.prefix_rewrite": prefix_redirect, "RedirectAction.regex_rewrite": regex_redirect,
    "RedirectAction.response_code": response_code, "RedirectAction.strip_query": strip_query,
    "Route.direct_response": direct_response, "DirectResponseAction.body": direct_response,
    "DirectResponseAction.status": status,
    "RouteConfiguration.max_direct_response_body_size_bytes": max_direct_response_body_size_bytes,
    "VirtualHost.include_request_attempt_count": attempt_count,
    "VirtualHost.include_attempt_count_in_response": attempt_count_in_response,
}
