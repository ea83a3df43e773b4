"""Which headers a service and a client see: what routes, virtual hosts and connection managers add and take away."""
from differential_parts.case import Case, Request, direct, forward, get, whole

ACTIONS = ("APPEND_IF_EXISTS_OR_ADD", "ADD_IF_ABSENT", "OVERWRITE_IF_EXISTS_OR_ADD", "OVERWRITE_IF_EXISTS")


def _add(name, value, action="APPEND_IF_EXISTS_OR_ADD", **fields):
    return {"header": {"key": name, "value": value}, "append_action": action, **fields}


def _changes(draw, side, names):
    """Of one level: some header is added or appended to, another one removed."""
    added = [_add(f"x-{name}", draw.word(), draw.choice(ACTIONS)) for name in names[:3]]
    return {f"{side}_headers_to_add": added, f"{side}_headers_to_remove": [f"x-{names[3]}", f"X-{names[4]}"]}


def _at_level(level):
    def generate(draw):
        names = draw.words(5)
        fields = {**_changes(draw, "request", names), **_changes(draw, "response", names)}
        answer = "200 " + ";".join(f"x-{name}: theirs" for name in names[1:])
        requests = [get(), get(x_answer=answer),
                    Request(headers=tuple((f"X-{name.title()}", "mine") for name in names)),
                    Request(headers=((f"x-{names[0]}", "a"), (f"x-{names[0]}", "b"), ("x-answer", answer))),
                    get("/direct")]
        routes = [{**direct("/direct", 201), **(fields if level == "route" else {})},
                  whole("/", **(fields if level == "route" else {}))]
        return Case(requests, routes, host=fields if level == "host" else {},
                    table=fields if level == "table" else {})
    return generate


def most_specific_header_mutations_wins(draw):
    a = draw.word()

    def levels(action):
        return [{"request_headers_to_add": [_add(f"x-{a}", level, action)],
                 "response_headers_to_add": [_add(f"x-{a}", level, action)]} for level in ("c", "r", "h", "t")]
    cluster, route, host, table = levels(draw.choice(["OVERWRITE_IF_EXISTS_OR_ADD", "APPEND_IF_EXISTS_OR_ADD"]))
    weighted = {"weighted_clusters": {"clusters": [{"name": "one", "weight": 1, **cluster}]}}
    return Case(routes=[{"match": {"prefix": "/weighted"}, "route": weighted, **route}, whole("/all", **route),
                        whole("/")],
                host=host, table={**table, "most_specific_header_mutations_wins": draw.choice([True, False])},
                requests=[get("/all"), get("/two"), get("/all", **{f"x_{a}": "mine"}), get("/weighted"),
                          get("/weighted", **{f"x_{a}": "mine"}), get("/all", x_answer=f"200 x-{a}: theirs"),
                          get("/weighted", x_answer=f"200 x-{a}: theirs")])


def keep_empty_value(draw):
    a, b, c = draw.words(3)
    added = [_add(f"x-{a}", ""), _add(f"x-{b}", "", keep_empty_value=True),
             _add(f"x-{c}", "", "OVERWRITE_IF_EXISTS_OR_ADD")]
    return Case(routes=[whole("/", request_headers_to_add=added, response_headers_to_add=added)],
                requests=[get(), get(**{f"x_{c}": "mine"}), get(**{f"x_{a}": ""})])


def _forwarded(draw, **hcm):
    first, second, third = (f"{draw.randint(1, 223)}.{draw.randint(0, 255)}.1.1" for _ in range(3))
    requests = [get(), get(x_forwarded_for=first), get(x_forwarded_for=f"{first}, {second},{third}"),
                get(x_forwarded_for=f"{first}:80, [2001:db8::1]:443"), get(x_forwarded_for="nobody"),
                get(x_forwarded_for=f"{first}, 10.0.0.1", x_forwarded_proto="https", x_envoy_internal="true"),
                get(x_envoy_external_address="1.2.3.4", x_forwarded_proto="ftp"),
                get(x_envoy_upstream_rq_timeout_ms="500", x_forwarded_for=first)]
    return Case(requests, hcm=hcm)


def use_remote_address(draw):
    return _forwarded(draw, use_remote_address=True)


def use_no_remote_address(draw):
    return _forwarded(draw, use_remote_address=False)


def xff_num_trusted_hops(draw):
    return _forwarded(draw, use_remote_address=draw.choice([True, False]), xff_num_trusted_hops=draw.randint(1, 3))


def skip_xff_append(draw):
    return _forwarded(draw, use_remote_address=True, skip_xff_append=True)


def internal_address_config(draw):
    return _forwarded(draw, use_remote_address=draw.choice([True, False]), internal_address_config={
        "cidr_ranges": [{"address_prefix": "127.0.0.0", "prefix_len": 8},
                        {"address_prefix": "10.0.0.0", "prefix_len": 8}]})


def _server(draw, **hcm):
    return Case(routes=[direct("/direct", 200), forward("/")], hcm=hcm,
                requests=[get(), get("/direct"), get(x_answer=f"200 server: {draw.word()}"),
                          get(x_answer="404 Server: a;server: b")])


def server_name(draw):
    return _server(draw, server_name=f"{draw.word()}/{draw.randint(1, 9)}")


def _transformation(value):
    return lambda draw: _server(draw, server_header_transformation=value)


def _certificate(value):
    def generate(draw):
        return Case(hcm={"forward_client_cert_details": value},
                    requests=[get(), get(x_forwarded_client_cert=f"Hash={draw.word()}"),
                              get(x_forwarded_client_cert="By=spiffe://a;Hash=1;URI=spiffe://b,By=c")])
    return generate


REQUEST_ID = "11111111-2222-4333-8444-555555555555"


def _request_id(**hcm):
    def generate(draw):
        return Case(hcm={"use_remote_address": draw.choice([True, False]), **hcm},
                    requests=[get(), get(x_request_id=REQUEST_ID), get(x_request_id="mine"),
                              get(x_request_id=REQUEST_ID, x_forwarded_for="8.8.8.8"), get(x_request_id="")])
    return generate


def via(draw):
    name = draw.word()
    return Case(routes=[direct("/direct", 200), forward("/")], hcm={"via": name},
                requests=[get(), get(via="1.1 first"), get(x_answer="200 via: 1.1 back"), get("/direct"),
                          get("/nowhere", via=name)])


def scheme_header_transformation(draw):
    to = draw.choice(["http", "https"])
    return Case(hcm={"scheme_header_transformation": {"scheme_to_overwrite": to}},
                requests=[get(), get(x_forwarded_proto="https"), get(x_forwarded_proto="http"),
                          Request(draw.path(), scheme="https")])


def append_x_forwarded_port(draw):
    return Case(hcm={"append_x_forwarded_port": True, "use_remote_address": draw.choice([True, False])},
                requests=[get(), get(x_forwarded_port="81"), get(host="b.test:82")])


def _strip(**hcm):
    def generate(draw):
        a = draw.word()
        port = draw.randint(1, 65535)
        return Case(hcm=hcm, requests=[get(host=host) for host in (
            f"{a}.test", f"{a}.test:{port}", f"{a}.test:PORT", f"{a}.test.", f"{a}.test.:{port}", "[::1]:PORT",
            f"[::1]:{port}", f"{a}.test:")])
    return generate


CASES = {
    "RouteConfiguration.request_headers_to_add": _at_level("table"),
    "RouteConfiguration.request_headers_to_remove": _at_level("table"),
    "RouteConfiguration.response_headers_to_add": _at_level("table"),
    "RouteConfiguration.response_headers_to_remove": _at_level("table"),
    "VirtualHost.request_headers_to_add": _at_level("host"), "VirtualHost.request_headers_to_remove": _at_level("host"),
    "VirtualHost.response_headers_to_add": _at_level("host"),
    "VirtualHost.response_headers_to_remove": _at_level("host"),
    "Route.request_headers_to_add": _at_level("route"), "Route.request_headers_to_remove": _at_level("route"),
    "Route.response_headers_to_add": _at_level("route"), "Route.response_headers_to_remove": _at_level("route"),
    "HeaderValueOption.keep_empty_value": keep_empty_value,
    "RouteConfiguration.most_specific_header_mutations_wins": most_specific_header_mutations_wins,
    "HttpConnectionManager.use_remote_address": use_remote_address,
    "HttpConnectionManager.use_remote_address=false": use_no_remote_address,
    "HttpConnectionManager.xff_num_trusted_hops": xff_num_trusted_hops,
    "HttpConnectionManager.skip_xff_append": skip_xff_append,
    "HttpConnectionManager.internal_address_config": internal_address_config,
    "HttpConnectionManager.server_name": server_name,
    "HttpConnectionManager.server_header_transformation": _transformation("APPEND_IF_ABSENT"),
    "HttpConnectionManager.server_header_transformation=PASS_THROUGH": _transformation("PASS_THROUGH"),
    "HttpConnectionManager.forward_client_cert_details": _certificate("SANITIZE"),
    "HttpConnectionManager.forward_client_cert_details=FORWARD_ONLY": _certificate("FORWARD_ONLY"),
    "HttpConnectionManager.forward_client_cert_details=ALWAYS_FORWARD_ONLY": _certificate("ALWAYS_FORWARD_ONLY"),
    "HttpConnectionManager.generate_request_id": _request_id(generate_request_id=False),
    "HttpConnectionManager.generate_request_id=true": _request_id(),
    "HttpConnectionManager.preserve_external_request_id": _request_id(preserve_external_request_id=True),
    "HttpConnectionManager.always_set_request_id_in_response":
        _request_id(always_set_request_id_in_response=True),
    "HttpConnectionManager.via": via,
    "HttpConnectionManager.scheme_header_transformation": scheme_header_transformation,
    "HttpConnectionManager.append_x_forwarded_port": append_x_forwarded_port,
    "HttpConnectionManager.strip_matching_host_port": _strip(strip_matching_host_port=True),
    "HttpConnectionManager.strip_any_host_port": _strip(strip_any_host_port=True),
    "HttpConnectionManager.strip_trailing_host_dot": _strip(strip_trailing_host_dot=True),
}
