"""The filters in front of the router, and what a route, a virtual host or a weight says to them."""
from differential_parts.bootstrap import filter_type, http_filter
from differential_parts.case import Case, Request, forward, get, whole

OWN = "type.googleapis.com/envoy.extensions.filters.http."


def _override(kind, config, message=None):
    return {"typed_per_filter_config": {kind: {"@type": message or filter_type(kind), **config}}}


def _policy(*permissions):
    return {"policies": {"some": {"permissions": list(permissions), "principals": [{"any": True}]}}}


def router(draw):
    return Case(requests=[get(draw.path()), Request(method="POST", body=draw.word().encode()), get(x_answer="503")])


def suppress_envoy_headers(draw):
    return Case(filters=[], hcm={"http_filters": [http_filter("router", {"suppress_envoy_headers": True})]},
                routes=[forward("/a", prefix_rewrite="/b"), forward("/")],
                requests=[get("/a" + draw.path()), get(), get(x_envoy_upstream_rq_timeout_ms="9000")])


def rbac(draw):
    a, b = draw.words(2)
    rules = {"action": draw.choice(["ALLOW", "DENY"]), **_policy(
        {"url_path": {"path": {"prefix": f"/{a}"}}},
        {"and_rules": {"rules": [{"header": {"name": ":method", "string_match": {"exact": "PUT"}}},
                                 {"not_rule": {"header": {"name": f"x-{b}", "present_match": True}}}]}})}
    return Case(filters=[http_filter("rbac", {"rules": rules})],
                requests=[get(f"/{a}/x"), get(f"/{b}"), Request(f"/{b}", method="PUT"),
                          Request(f"/{b}", ((f"x-{b}", "1"),), "PUT"), get(f"/{b}?/{a}")])


def fault(draw):
    status = draw.choice([401, 418, 503])
    config = {"abort": {"http_status": status, "percentage": {"numerator": 100}},
              "headers": [{"name": "x-fault", "string_match": {"exact": "yes"}}]}
    return Case(filters=[http_filter("fault", config)],
                requests=[get(draw.path(), x_fault="yes"), get(x_fault="no"), get(),
                          Request(method="POST", body=b"x", headers=(("x-fault", "yes"),)),
                          Request(method="POST", headers=(("x-fault", "yes"), ("content-type", "application/grpc")))])


def fault_of_bad_request(draw):
    return Case(filters=[http_filter("fault", {"abort": {"http_status": 400, "percentage": {"numerator": 100}}})],
                requests=[get(draw.path()), get(), get("/x?y")])


def fault_delay(draw):
    config = {"delay": {"fixed_delay": "0.02s", "percentage": {"numerator": draw.choice([0, 100])}}}
    return Case(filters=[http_filter("fault", config)],
                requests=[get(draw.path()), get(), Request(method="POST", body=b"x")])


def cors(draw):
    a, b = draw.words(2)
    policy = {"allow_origin_string_match": [{"exact": f"http://{a}.test"}, {"suffix": f".{b}.test"}],
              "allow_methods": "GET, POST", "allow_headers": f"x-{a}", "max_age": "100", "expose_headers": f"x-{b}",
              "allow_credentials": draw.choice([True, False])}
    ask = (("access-control-request-method", "GET"),)
    return Case(filters=[http_filter("cors")],
                host=_override("cors", policy, OWN + "cors.v3.CorsPolicy"),
                requests=[get(origin=f"http://{a}.test"), get(origin=f"https://x.{b}.test"),
                          get(origin=f"http://{b}.x"), get(),
                          Request(headers=(("origin", f"http://{a}.test"), *ask), method="OPTIONS"),
                          Request(headers=(("origin", f"http://{b}"), *ask), method="OPTIONS"),
                          Request(headers=(("origin", f"http://{a}.test"),), method="OPTIONS")])


def grpc_stats(draw):
    """What is counted is compared with all other counters."""
    a, b, c = draw.words(3)
    config = {"@type": OWN + "grpc_stats.v3.FilterConfig", **draw.choice([
        {}, {"stats_for_all_methods": True},
        {"stats_for_all_methods": True, "replace_dots_in_grpc_service_name": True},
        {"individual_method_stats_allowlist": {"services": [{"name": f"{a}.{b}", "method_names": [c]}]}}])}
    ends = [f"200 content-type: application/grpc;grpc-status: {status}" for status in (0, 5, 16)]
    ends += ["503", "500 grpc-status: 4", "200 content-type: text/plain"]
    kind = ("content-type", "application/grpc")
    return Case(filters=[{"name": "grpc_stats", "typed_config": config}],
                requests=[Request(f"/{a}.{b}/{c}", (kind, ("x-answer", end)), "POST", body=b"\0\0\0\0\1x")
                          for end in ends]
                + [Request(f"/{path}", (kind, ("x-answer", ends[0])), "POST", body=b"\0\0\0\0\0\0")
                   for path in (f"{a}.{b}/{b}?x", f"{c}/{a}", a, f"{a}/{b}/{c}")] + [get(f"/{a}.{b}/{c}")])


def is_optional(draw):
    return Case(filters=[http_filter("fault", {}, is_optional=True)],
                requests=[get(draw.path()), get("/x"), Request(method="POST", body=b"x")])


def disabled(draw):
    """Off, but for the route that turns it on."""
    a, b = draw.words(2)
    config = {"abort": {"http_status": 418, "percentage": {"numerator": 100}}}
    own = {"typed_per_filter_config": {"fault": {
        "@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig",
        "config": {"@type": filter_type("fault"), **config}}}}
    return Case(filters=[http_filter("fault", config, disabled=True)],
                routes=[whole(f"/{a}", **own), forward("/")], requests=[get(f"/{a}"), get(f"/{b}"), get(f"/{a}/{b}")])


ABORT = {"abort": {"http_status": 418, "percentage": {"numerator": 100}}}


def discovered(draw):
    """What comes is not what it should be: the default serves; without one nobody is served."""
    a, b = draw.words(2)

    def filter_at(path, **config):
        source = {"path_config_source": {"path": __file__}}
        return {"name": path, "config_discovery": {"config_source": source, "type_urls": [filter_type("fault")],
                                                   **config}}
    default = {"@type": filter_type("fault"), **ABORT,
               "headers": [{"name": ":path", "string_match": {"prefix": f"/{a}"}}]}
    off = {"typed_per_filter_config": {"without": {
        "@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig", "disabled": True}}}
    return Case(filters=[filter_at("with", default_config=default, apply_default_config_without_warming=draw.choice([True, False])),
                         filter_at("without")],
                routes=[whole(f"/{b}", **off), forward("/")],
                requests=[get(f"/{a}"), get(f"/{b}"), get("/"), Request("/", method="POST", body=b"x")])


def override_of_route(draw):
    a, b, c = draw.words(3)
    off = {"typed_per_filter_config": {"fault": {
        "@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig", "disabled": True}}}
    return Case(filters=[http_filter("fault", {**ABORT, "abort": {**ABORT["abort"], "http_status": 450}})],
                routes=[whole(f"/{a}", **_override("fault", ABORT)), whole(f"/{b}", **off), forward("/")],
                requests=[get(f"/{a}"), get(f"/{b}"), get(f"/{c}")])


def override_of_table(draw):
    a, b = draw.words(2)
    return Case(filters=[http_filter("fault", {})], table=_override("fault", ABORT),
                routes=[whole(f"/{a}", **_override("fault", {})), forward("/")],
                requests=[get(f"/{a}"), get(f"/{b}"), get("/")])


def override_of_host(draw):
    case = override_of_table(draw)
    case.host, case.table = case.table, {}
    return case


def override_of_weight(draw):
    clusters = [{"name": "one", "weight": 50, **_override("fault", ABORT)}, {"name": "two", "weight": 50}]
    return Case(filters=[http_filter("fault", {})],
                routes=[{"match": {"prefix": "/"}, "route": {"weighted_clusters": {
                    "header_name": "x-number", "clusters": clusters}}}],
                requests=[get(x_number=str(number)) for number in (0, 50, draw.randint(0, 99), 99)])


def header_mutation(draw):
    a, b = draw.words(2)
    change = [{"append": {"header": {"key": f"x-{a}", "value": "1"}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}},
              {"remove": f"x-{b}"}]
    return Case(filters=[http_filter("header_mutation", {"mutations": {
        "request_mutations": change, "response_mutations": change}})],
                requests=[get(), get(**{f"x_{a}": "0", f"x_{b}": "0"}), get(x_answer=f"200 x-{a}: 3;x-{b}: 4")])


def _checked(path, **fields):
    return http_filter("health_check", {"headers": [{"name": ":path", "string_match": {"exact": path}}], **fields},
                       name=f"health {path}")


def _of_clusters(path, **percents):
    return _checked(path, pass_through_mode=False, cluster_min_healthy_percentages={
        name: {"value": percent} for name, percent in percents.items()})


def _to_checked(name, **fields):
    """Everything goes to a cluster of that name."""
    return Case(routes=[forward("/", name)], clusters={name: (["one"], {})}, **fields)


def health_check(draw):
    a, b, c, d = ("/" + word for word in draw.words(4))
    return _to_checked("checked", filters=[_checked(a, pass_through_mode=False), _checked(b, pass_through_mode=True),
                                _checked(c, pass_through_mode=True, cache_time="3600s")],
                       requests=[get(a), get(b), get(d), get(c), get(c), get(a + b), get(b, x_answer="503")])


def health_check_kept_failure(draw):
    path = "/" + draw.word()
    return _to_checked("checked_kept", filters=[_checked(path, pass_through_mode=True, cache_time="3600s")],
                       requests=[get(path, x_answer="500 x-envoy-degraded: yes"), get(path), get(path), get("/")])


def health_check_of_clusters(draw):
    a, b, c, d, e, f = ("/" + word for word in draw.words(6))
    filters = [_of_clusters(a, one=100), _of_clusters(b, nobody=draw.randint(0, 100)), _of_clusters(c, empty=1),
               _of_clusters(d, empty=0), _of_clusters(e, one=100, empty=0, two=50), _of_clusters(f, empty=50, one=1)]
    return Case(filters=filters, requests=[get(path) for path in (a, b, c, d, e, f, "/")])


CASES = {
    "http.health_check": health_check, "http.health_check=kept_failure": health_check_kept_failure,
    "http.health_check=clusters": health_check_of_clusters,
    "HttpConnectionManager.http_filters": header_mutation, "HttpFilter.typed_config": is_optional,
    "HttpFilter.is_optional": is_optional, "HttpFilter.disabled": disabled,
    "HttpFilter.config_discovery": discovered,
    "http.router": router, "http.router=suppress_envoy_headers": suppress_envoy_headers, "http.rbac": rbac,
    "http.fault": fault, "http.fault=delay": fault_delay,
    "http.fault=bad_request": fault_of_bad_request, "http.cors": cors, "http.grpc_stats": grpc_stats,
    "Route.typed_per_filter_config": override_of_route,
    "VirtualHost.typed_per_filter_config": override_of_host,
    "RouteConfiguration.typed_per_filter_config": override_of_table,
    "ClusterWeight.typed_per_filter_config": override_of_weight,
}
