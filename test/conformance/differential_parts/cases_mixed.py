"""Whole route tables, drawn at random: what one field does to another one."""
from differential_parts.case import Case, Request

APPEND_ACTIONS = ("APPEND_IF_EXISTS_OR_ADD", "ADD_IF_ABSENT", "OVERWRITE_IF_EXISTS_OR_ADD", "OVERWRITE_IF_EXISTS")
STATUSES = (200, 201, 302, 403, 418, 503)


class _Mixture:
    """Few words for many places, so that they meet."""

    def __init__(self, draw):
        self.draw = draw
        self.words = draw.words(3)
        self.names = ["x-" + word for word in draw.words(3)]

    def word(self):
        return self.draw.choice(self.words)

    def some(self, generate, most):
        return [generate() for _ in range(self.draw.randint(0, most))]

    def maybe(self, chance, fields):
        return fields() if self.draw.random() < chance else {}

    def text(self):
        word = self.word()
        return self.draw.choice([word, word.upper(), word + self.word(), word + "1", ""])

    def path(self):
        parts = [self.draw.choice([self.word(), self.word() + self.word(), self.word().upper(), ""])
                 for _ in range(self.draw.randint(1, 3))]
        query = "&".join(self.some(lambda: self.draw.choice([self.word(), f"{self.word()}={self.word()}"]), 2))
        return "/" + "/".join(parts) + ("?" + query if query else "")

    def string_matcher(self):
        kind = self.draw.choice(["exact", "prefix", "suffix", "contains", "safe_regex"])
        if kind == "safe_regex":
            return {kind: {"regex": self.draw.choice([f"{self.word()}.*", f"(?i){self.word()}", ".*1"])}}
        return {kind: self.word(), "ignore_case": self.draw.random() < 0.3}

    def header_matcher(self):
        name = self.draw.choice([*self.names, ":method", ":path", ":authority"])
        return {"name": name, **self.draw.choice([{"string_match": self.string_matcher()}, {"present_match": True}]),
                **self.maybe(0.3, lambda: {"invert_match": True}),
                **self.maybe(0.2, lambda: {"treat_missing_header_as_empty": True})}

    def match(self):
        kind = self.draw.choice(["prefix", "prefix", "path", "path_separated_prefix", "safe_regex"])
        place = "/" + "/".join(self.word() for _ in range(self.draw.randint(1, 2)))
        value = {"safe_regex": {"regex": place + self.draw.choice(["", ".*", "/[^/]+"])}} if kind == "safe_regex" \
            else {kind: place}
        return {**value, **self.maybe(0.2, lambda: {"case_sensitive": False} if kind != "safe_regex" else {}),
                **self.maybe(0.3, lambda: {"headers": [self.header_matcher()]}),
                **self.maybe(0.2, lambda: {"query_parameters": [{"name": self.word(), **self.draw.choice(
                    [{"string_match": self.string_matcher()}, {"present_match": True}])}]})}

    def changes(self):
        """To headers, of one level."""
        fields = {}
        for side in ("request", "response"):
            added = self.some(lambda: {"header": {"key": self.draw.choice(self.names), "value": self.word()},
                                       "append_action": self.draw.choice(APPEND_ACTIONS)}, 2)
            fields.update({f"{side}_headers_to_add": added} if added else {})
            fields.update(self.maybe(0.3, lambda side=side: {
                f"{side}_headers_to_remove": [self.draw.choice(self.names)]}))
        return fields

    def path_rewrite(self, match):
        kinds = [{"regex_rewrite": {"pattern": {"regex": f"/({self.word()})(.*)"}, "substitution": r"/r\2/\1"}}]
        if "safe_regex" not in match:
            kinds.append({"prefix_rewrite": "/" + self.word()})
        return self.draw.choice(kinds)

    def host_rewrite(self):
        return self.draw.choice([{"host_rewrite_literal": f"{self.word()}.new"}, {"auto_host_rewrite": True},
                                 {"host_rewrite_header": self.draw.choice(self.names)}])

    def forward(self, match):
        cluster = {"cluster": self.draw.choice(["one", "two", "three"])}
        if self.draw.random() < 0.3:
            cluster = {"weighted_clusters": {"header_name": "x-number", "clusters": [
                {"name": name, "weight": self.draw.randint(1, 50), **self.changes()} for name in ("one", "two")]}}
        return {"route": {**cluster, **self.maybe(0.4, lambda: self.path_rewrite(match)),
                          **self.maybe(0.3, self.host_rewrite),
                          **self.maybe(0.3, lambda: {"append_x_forwarded_host": True}),
                          **self.maybe(0.3, lambda: {"timeout": f"{self.draw.randint(10, 90)}s"})}}

    def redirect(self, match):
        return {"redirect": {
            **self.draw.choice([lambda: self.path_rewrite(match), lambda: {"path_redirect": "/" + self.word()},
                                dict])(),
            **self.maybe(0.4, lambda: {"host_redirect": f"{self.word()}.new"}),
            **self.maybe(0.3, lambda: {"https_redirect": True}),
            **self.maybe(0.3, lambda: {"port_redirect": self.draw.choice([80, 443, 8443])}),
            **self.maybe(0.3, lambda: {"strip_query": True})}}

    def direct(self, _):
        return {"direct_response": {"status": self.draw.choice(STATUSES),
                                    **self.maybe(0.5, lambda: {"body": {"inline_string": self.word()}})}}

    def route(self):
        match = self.match()
        action = self.draw.choice([self.forward, self.forward, self.forward, self.redirect, self.direct])
        return {"name": self.word(), "match": match, **action(match), **self.changes()}

    def host(self, number, domains):
        return {"name": f"host{number}", "domains": domains, **self.changes(),
                "routes": [self.route() for _ in range(self.draw.randint(1, 6))],
                **self.maybe(0.1, lambda: {"require_tls": "ALL"})}

    def request(self):
        host = self.draw.choice([f"{self.word()}.test", f"{self.word()}.{self.word()}.test", f"{self.word()}.test:81",
                                 self.word()])
        headers = self.some(lambda: (self.draw.choice(self.names), self.text()), 3)
        headers.append(("x-number", str(self.draw.randint(0, 120))))
        fields = ";".join(self.some(lambda: f"{self.draw.choice(self.names)}: {self.word()}", 2))
        headers.append(("x-answer", f"{self.draw.choice([200, 404, 503])} {fields}".strip()))
        method = self.draw.choice(["GET", "GET", "POST", "HEAD"])
        return Request(self.path(), tuple(headers), method, host, self.word().encode() if method == "POST" else b"")


def mixed(draw):
    mixture = _Mixture(draw)
    a, b, _ = mixture.words
    domains = [[f"{a}.test", f"{a}.test:81"], [f"*.{a}.test", f"*.test:81"], [f"{b}.*"], ["*"]]
    hosts = [mixture.host(number, each) for number, each in enumerate(domains)]
    table = {**mixture.changes(), **mixture.maybe(0.3, lambda: {"most_specific_header_mutations_wins": True}),
             **mixture.maybe(0.3, lambda: {"ignore_port_in_host_matching": True})}
    return Case(hosts=hosts if "ignore_port_in_host_matching" not in table else [
        {**host, "domains": [domain for domain in host["domains"] if ":" not in domain]} for host in hosts],
                table=table, requests=[mixture.request() for _ in range(12)])


FLAGS = ("use_remote_address", "skip_xff_append", "generate_request_id", "preserve_external_request_id",
         "always_set_request_id_in_response", "append_x_forwarded_port", "strip_trailing_host_dot", "normalize_path",
         "merge_slashes")
PARTS = ("a", "b", "..", ".", "", "%2e%2e", "%2f", "a%2Fb", "%41", "A", "a;x", "a.b", "%7e")
OWN_RANGES = [{"address_prefix": "127.0.0.0", "prefix_len": 8}, {"address_prefix": "10.0.0.0", "prefix_len": 8}]


def _connection_manager(draw):
    chosen = {flag: draw.choice([True, False]) for flag in FLAGS if draw.random() < 0.6}
    further = [{"xff_num_trusted_hops": draw.randint(1, 2)}, {"server_name": draw.word()}, {"via": draw.word()},
               {"server_header_transformation": draw.choice(["APPEND_IF_ABSENT", "PASS_THROUGH"])},
               {"forward_client_cert_details": "ALWAYS_FORWARD_ONLY"},
               {draw.choice(["strip_any_host_port", "strip_matching_host_port"]): True},
               {"path_with_escaped_slashes_action": draw.choice(["UNESCAPE_AND_FORWARD", "KEEP_UNCHANGED"])},
               {"common_http_protocol_options": {"headers_with_underscores_action": "DROP_HEADER"}}]
    for fields in draw.sample(further, draw.randint(0, 5)):
        chosen.update(fields)
    return {"internal_address_config": {"cidr_ranges": draw.choice([OWN_RANGES, OWN_RANGES[1:]])}, **chosen}


def _addresses(draw):
    known = ["10.1.2.3", "127.0.0.1", "8.8.8.8", "2001:db8::1", "1.2.3.4:80", "x"]
    return draw.choice([", ", ","]).join(draw.choices(known, k=draw.randint(1, 4)))


def _client_fields(draw):
    known = [("x-forwarded-for", _addresses(draw)), ("x-forwarded-proto", draw.choice(["http", "https", "ftp"])),
             ("x-forwarded-host", "h.test"), ("x-forwarded-port", "7"), ("x-request-id", draw.choice(["mine", ""])),
             ("x-envoy-internal", "true"), ("x-envoy-external-address", "9.9.9.9"), ("via", "1.1 first"),
             ("x-envoy-upstream-rq-timeout-ms", "9000"), ("x-envoy-original-path", "/o"),
             ("x-envoy-expected-rq-timeout-ms", "1"), ("x-envoy-decorator-operation", "o"), ("a_b", "1"),
             ("x-forwarded-client-cert", "Hash=1"), ("user-agent", draw.word()), ("cookie", "a=b"), ("cookie", "c=d"),
             ("x-answer", draw.choice(["200 server: s", "404 via: 1.0 back", "200 x-request-id: theirs"]))]
    return tuple(draw.sample(known, draw.randint(0, 6)))


def mixed_connection(draw):
    """The same for what a connection manager makes of a request before its route."""
    def request():
        # Never slashes alone, of which docs/differences.md tells.
        path = "/" + "/".join(draw.choices(PARTS, k=draw.randint(1, 4))) + "/end" + draw.choice(["", "?q=/../%2f"])
        host = draw.choice(["a.test", "a.test.", "a.test:PORT", "a.test:80", "[::1]:PORT", "A.Test"])
        return Request(path, _client_fields(draw), host=host)
    return Case(hcm=_connection_manager(draw), requests=[request() for _ in range(12)])


CASES = {f"mixed.{number}": mixed for number in range(5)} | {
    f"mixed.connection.{number}": mixed_connection for number in range(4)}
