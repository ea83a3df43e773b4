"""Which virtual host and which route a request meets."""
from differential_parts.case import Case, Request, direct, forward, get


def prefix(draw):
    a, b, c = draw.words(3)
    return Case(routes=[forward(f"/{a}/{b}", "two"), forward(f"/{a}", "one")],
                requests=[get(f"/{a}"), get(f"/{a}{c}"), get(f"/{a}/{b}?x=/{c}"), get(f"/{a}/{b}{c}/{c}"),
                          get(f"/{c}/{a}"), get(f"/{a.upper()}"), get("/")])


def path(draw):
    a, b = draw.words(2)
    return Case(routes=[forward({"path": f"/{a}"}, "two"), forward({"path": f"/{a}/{b}"}, "one")],
                requests=[get(f"/{a}"), get(f"/{a}?{b}=1"), get(f"/{a}/"), get(f"/{a}/{b}"), get(f"/{a}#x"),
                          get(f"/{a.upper()}"), get(f"/{b}")])


def safe_regex(draw):
    a, b = draw.words(2)
    return Case(routes=[forward({"safe_regex": {"regex": f"/{a}/[0-9]+"}}, "two"),
                        forward({"safe_regex": {"google_re2": {}, "regex": f"/({b}|x).*"}}, "one")],
                requests=[get(f"/{a}/{draw.randint(0, 999)}"), get(f"/{a}/{draw.randint(0, 999)}?q"),
                          get(f"/{a}/{b}"), get(f"/{a}/1/"), get(f"/{b}{a}"), get("/x"), get(f"/z/{b}")])


def path_separated_prefix(draw):
    a, b = draw.words(2)
    return Case(routes=[forward({"path_separated_prefix": f"/{a}"}, "two")],
                requests=[get(f"/{a}"), get(f"/{a}/"), get(f"/{a}/{b}"), get(f"/{a}?{b}"), get(f"/{a}{b}"),
                          get(f"/{a}#{b}"), get(f"/{b}/{a}")])


def case_sensitive(draw):
    a, b = draw.words(2)
    return Case(routes=[forward({"prefix": f"/{a}", "case_sensitive": False}, "two"),
                        forward({"path": f"/{b}", "case_sensitive": False}, "one"),
                        forward({"path": f"/{b}/{a}", "case_sensitive": True}, "three")],
                requests=[get(f"/{a.upper()}/x"), get(f"/{a.title()}"), get(f"/{b.upper()}"),
                          get(f"/{b}/{a.upper()}"), get(f"/{b}/{a}"), get(f"/{b.upper()}/")])


def _header(matcher, values):
    """Those that match go to service two; `values`: of the header x-key, None for none."""
    return Case(routes=[forward({"prefix": "/", "headers": [{"name": "x-key", **matcher}]}, "two"),
                        forward("/")],
                requests=[Request(headers=() if value is None else
                                  tuple(("X-Key", each) for each in value.split("|"))) for value in values])


def header_exact(draw):
    a, b = draw.words(2)
    return _header({"exact_match": a}, [a, b, a.upper(), f"{a}|{b}", f"{b}|{a}", None])


def header_spaces(draw):
    a = draw.word()
    return _header({"exact_match": a}, [f" {a}", f"{a} ", f"\t{a} "])


def header_prefix(draw):
    a, b = draw.words(2)
    return _header({"prefix_match": a}, [a, a + b, b + a, a.upper(), f"{a}|{b}", None])


def header_suffix(draw):
    a, b = draw.words(2)
    return _header({"suffix_match": a}, [a, a + b, b + a, a.upper(), f"{a}|{b}", f"{b}|{a}", None])


def header_contains(draw):
    a, b = draw.words(2)
    return _header({"contains_match": a}, [a, b + a + b, b, a.upper(), f"{b}|{a}", None])


def header_regex(draw):
    a, b = draw.words(2)
    return _header({"safe_regex_match": {"regex": f"{a}[0-9]*"}},
                   [a, f"{a}12", f"{a}{b}", f"{b}{a}1", f"{a}|{a}", None])


def header_range(draw):
    low = draw.randint(-50, 50)
    high = low + draw.randint(1, 50)
    return _header({"range_match": {"start": low, "end": high}},
                   [str(low), str(high), str(high - 1), str(low - 1), f"+{abs(high)}", f"{low}x",
                    f"{low}|{low}", "", None])


def header_present(draw):
    return _header({"present_match": True}, [draw.word(), "", None])


def header_absent(draw):
    return _header({"present_match": False}, [draw.word(), "", None])


def header_string(draw):
    a, b = draw.words(2)
    matcher = draw.choice([{"exact": a, "ignore_case": True}, {"prefix": a, "ignore_case": True},
                           {"suffix": a, "ignore_case": True}, {"contains": a, "ignore_case": True},
                           {"safe_regex": {"regex": f"(?i){a}.?"}}])
    return _header({"string_match": matcher}, [a, a.upper(), a.upper() + b, b + a.title(), b, f"{b}|{a}", None])


def header_inverted(draw):
    a, b = draw.words(2)
    matcher = draw.choice([{"exact_match": a}, {"string_match": {"prefix": a}}, {"present_match": True}])
    return _header({**matcher, "invert_match": True}, [a, b, a + b, None])


def header_missing_as_empty(draw):
    a = draw.word()
    matcher = draw.choice([{"string_match": {"exact": a}, "invert_match": True},
                           {"string_match": {"safe_regex": {"regex": f"({a})?"}}},
                           {"string_match": {"safe_regex": {"regex": ".*"}}, "invert_match": True}])
    return _header({**matcher, "treat_missing_header_as_empty": True}, [a, a + "x", "", None])


def header_name(draw):
    """Pseudo headers are headers, too; all matchers of a route have to agree."""
    a, b = draw.words(2)
    routes = [forward({"prefix": "/", "headers": [{"name": ":method", "string_match": {"exact": "PUT"}},
                                                  {"name": "x-key", "string_match": {"exact": a}}]}, "two"),
              forward({"prefix": "/", "headers": [{"name": ":authority", "string_match": {"prefix": b}}]},
                      "three"),
              forward({"prefix": "/", "headers": [{"name": ":path", "string_match": {"suffix": a}}]}, "two"),
              forward("/")]
    return Case(routes=routes, requests=[
        Request(method="PUT", headers=(("x-KEY", a),)), Request(method="PUT"), get(x_key=a), get(host=b + ".x"),
        get(f"/{b}?{a}"), Request(method="DELETE")])


def query(draw):
    a, b = draw.words(2)
    one = [{"name": a, "string_match": {"exact": b}}]
    two = [{"name": a, "present_match": True}, {"name": b, "string_match": {"prefix": "x"}}]
    return Case(routes=[forward({"prefix": "/", "query_parameters": one}, "two"),
                        forward({"prefix": "/", "query_parameters": two}, "three"), forward("/")],
                requests=[get(f"/?{a}={b}"), get(f"/?{a}"), get(f"/?{a}&{b}=xy"), get(f"/?{b}=xy"),
                          get(f"/?{a}=1&{a}={b}"), get(f"/?{a}={b}&{a}=1"), get(f"/?{b}=xy&{a}="),
                          get(f"/?{a}=%{ord(b[0]):x}{b[1:]}"), get(f"/?{a.upper()}={b}"), get("/")])


def grpc(draw):
    return Case(routes=[forward({"prefix": "/", "grpc": {}}, "two"), forward("/")],
                requests=[Request(method="POST", path=draw.path(), headers=(("content-type", kind),))
                          for kind in ("application/grpc", "application/grpc+proto", "application/grpc-web",
                                       "application/json", "application/grpcx")] + [get()])


def runtime_fraction(draw):
    a, b, c, d = draw.words(4)

    def part(word, to, numerator, **key):
        return forward({"prefix": f"/{word}", "runtime_fraction": {
            "default_value": {"numerator": numerator, "denominator": draw.choice(["HUNDRED", "TEN_THOUSAND"])},
            **key}}, to)
    return Case(routes=[part(a, "two", 0), part(b, "two", 10000), part(c, "two", 0, runtime_key="part.all"),
                        part(d, "two", 10000, runtime_key="part.none"), forward("/")],
                requests=[get(f"/{word}") for word in (a, b, c, d)])


def _host(name, to, *domains):
    return {"name": name, "domains": list(domains), "routes": [forward("/", to)]}


def domains(draw):
    a, b, c = draw.words(3)
    return Case(hosts=[_host("exact", "one", f"{a}.test", f"{a}.test:8080"),
                       _host("suffix", "two", f"*.{a}.test", f"*-{b}.test"),
                       _host("prefix", "three", f"{a}.*", f"www.{a}.*")],
                requests=[get("/", host) for host in (
                    f"{a}.test", f"{a}.test:8080", f"{a}.test:81", f"{b}.{a}.test", f"{c}.{b}.{a}.test",
                    f"{c}-{b}.test", f"-{b}.test", f"{a}.{c}", f"www.{a}.org", f"{a.upper()}.TEST", f"{c}.test",
                    f".{a}.test")])


def any_domain(draw):
    a, b = draw.words(2)
    return Case(hosts=[_host("some", "one", f"{a}.test"), _host("rest", "two", "*")],
                requests=[get("/", host) for host in (f"{a}.test", f"{b}.test", f"{a}.test.", "[::1]:80")])


def ignore_port(draw):
    a, b = draw.words(2)
    return Case(hosts=[_host("some", "one", f"{a}.test"), _host("other", "two", f"*.{b}.test"),
                       _host("rest", "three", "*")],
                table={"ignore_port_in_host_matching": True},
                requests=[get("/", host) for host in (f"{a}.test:81", f"{a}.test", f"{b}.{b}.test:9999",
                                                      f"{b}.test:1", f"{a}.test:")])


def require_tls(draw):
    a, b = draw.words(2)
    kind = draw.choice(["ALL", "EXTERNAL_ONLY"])
    return Case(hosts=[{"name": "tls", "domains": ["tls.test"], "require_tls": kind, "routes": [forward("/")]},
                       {"name": "rest", "domains": ["*"], "require_tls": "NONE", "routes": [forward("/")]}],
                requests=[get(f"/{a}?{b}", "tls.test"), get(f"/{a}", "plain.test"),
                          get(f"/{a}", "tls.test", x_forwarded_proto="https"),
                          Request("/" + b, host="tls.test", method="POST", body=b"x")])


def virtual_hosts(draw):
    a, b = draw.words(2)
    return Case(hosts=[{"name": a, "domains": [f"{a}.test"], "routes": [direct("/", 201, a)]},
                       {"name": b, "domains": [f"{b}.test"], "routes": []}],
                requests=[get("/", f"{a}.test"), get("/", f"{b}.test"), get("/", "c.test")])


def rds(draw):
    """From the control plane, with a cluster from there; names and counters of what is subscribed to are compared."""
    a, b = draw.words(2)
    return Case(by_xds=True, hosts=[{"name": a, "domains": [f"{a}.test"], "routes": [
        forward(f"/{b}", "dynamic"), forward("/nobody", "nobody"), forward("/", "two")]}],
                requests=[get(f"/{b}", f"{a}.test"), get("/", f"{a}.test"), get("/nobody", f"{a}.test"), get(f"/{b}")])


def _scope(*key):
    name = "-".join(key) or "empty"
    return {"name": name, "key": {"fragments": [{"string_key": fragment} for fragment in key]},
            "route_configuration": {"name": name, "virtual_hosts": [
                {"name": "all", "domains": ["*"], "routes": [direct("/", 200, name)]}]}}


def _extractor(name, **how):
    return {"header_value_extractor": {"name": name, **how}}


def _scoped(extractors, scopes):
    return {"name": "scopes", "scope_key_builder": {"fragments": extractors},
            "scoped_route_configurations_list": {"scoped_route_configurations": scopes}}


def scoped_routes(draw):
    a, b, c, d = draw.words(4)
    by_key = _extractor("X-Scope", element_separator=",", element={"separator": "=", "key": a})
    return Case(scoped_routes=_scoped([by_key, _extractor("Host", index=0)],
                                      [_scope(b, "a.test"), _scope(c, "a.test"), _scope(b, "b.test")]),
                requests=[get("/", x_scope=f"{a}={b}"), get("/", x_scope=f"{d}=1,{a}={c},{a}={b}"),
                          get("/", "b.test", x_scope=f"{a}={b}"), get("/", "b.test", x_scope=f"{a}={c}"),
                          get("/"), get("/", x_scope=a), get("/", x_scope=f"{a}={b}=")])


def scoped_routes_by_position(draw):
    a, b = draw.words(2)
    return Case(scoped_routes=_scoped([_extractor("x-scope", element_separator=";", index=1)], [_scope(a), _scope("")]),
                requests=[get("/", x_scope=f"{b};{a}"), get("/", x_scope=f"{a};{b}"), get("/", x_scope=f"{a};"),
                          get("/", x_scope=a), get("/", x_scope=f"{b};{a};{b}"), get("/"),
                          Request("/", (("x-scope", f";{a}"), ("x-scope", f";{b}")))])


CASES = {
    "RouteMatch.prefix": prefix, "RouteMatch.path": path, "RouteMatch.safe_regex": safe_regex,
    "RouteMatch.path_separated_prefix": path_separated_prefix, "RouteMatch.case_sensitive": case_sensitive,
    "RouteMatch.headers": header_name, "RouteMatch.query_parameters": query, "RouteMatch.grpc": grpc,
    "RouteMatch.runtime_fraction": runtime_fraction,
    "HeaderMatcher.exact_match": header_exact, "HeaderMatcher.exact_match=spaces": header_spaces,
    "HeaderMatcher.prefix_match": header_prefix,
    "HeaderMatcher.suffix_match": header_suffix, "HeaderMatcher.contains_match": header_contains,
    "HeaderMatcher.safe_regex_match": header_regex, "HeaderMatcher.range_match": header_range,
    "HeaderMatcher.present_match": header_present, "HeaderMatcher.present_match=false": header_absent,
    "HeaderMatcher.string_match": header_string, "HeaderMatcher.invert_match": header_inverted,
    "HeaderMatcher.treat_missing_header_as_empty": header_missing_as_empty,
    "VirtualHost.domains": domains, "VirtualHost.domains=*": any_domain, "VirtualHost.require_tls": require_tls,
    "RouteConfiguration.virtual_hosts": virtual_hosts, "HttpConnectionManager.rds": rds,
    "RouteConfiguration.ignore_port_in_host_matching": ignore_port,
    "HttpConnectionManager.scoped_routes": scoped_routes,
    "HttpConnectionManager.scoped_routes=position": scoped_routes_by_position,
}
