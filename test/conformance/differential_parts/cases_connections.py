"""What decides about a connection before its bytes count: filter chains and network RBAC."""
from differential_parts.bootstrap import network_filter
from differential_parts.case import END, FINISH, Talk, TcpCase, tcp

ANYWHERE = {"address": {"socket_address": {"address": "0.0.0.0", "port_value": "LISTENER PORT"}}}
INSIDE = {"address_prefix": "127.0.0.0", "prefix_len": 8}


def _host(number):
    return {"address_prefix": f"127.0.0.{number}", "prefix_len": 32}


def _talk(draw, **fields):
    return Talk((f"{draw.word()}\n".encode(), FINISH, END), **fields)


def _unmatched(**fields):
    return Talk((END,), records=0, **fields)


def _chain(name, to="tcp_one", **match):
    return {**tcp(to), "name": name, "filter_chain_match": match}


def source_prefix_ranges(draw):
    number = draw.randint(3, 250)
    return TcpCase([_talk(draw, source=f"127.0.0.{number}"), _talk(draw), _talk(draw, source=f"127.0.0.{number + 1}")],
                   [_chain("one host", "tcp_two", source_prefix_ranges=[_host(number)]),
                    _chain("the rest", source_prefix_ranges=[INSIDE])])


def direct_source_prefix_ranges(draw):
    number = draw.randint(3, 250)
    return TcpCase([_talk(draw, source=f"127.0.0.{number}"), _unmatched(),
                    _talk(draw, source=f"127.0.0.{number}"), _unmatched(source=f"127.0.0.{number + 1}")],
                   [_chain("one host", direct_source_prefix_ranges=[_host(number)])])


def source_type(draw):
    return TcpCase([_talk(draw), _talk(draw, source=f"127.0.0.{draw.randint(3, 250)}"), _talk(draw)],
                   [_chain("here", source_type="SAME_IP_OR_LOOPBACK"),
                    _chain("there", "tcp_two", source_type="EXTERNAL")])


def source_type_external(draw):
    return TcpCase([_unmatched() for _ in range(3)], [_chain("there", source_type="EXTERNAL")])


def source_ports(draw):
    return TcpCase([_talk(draw, has_own_port=True), _unmatched(), _unmatched(source="127.0.0.9")],
                   [_chain("of one port", source_ports=["SOURCE PORT"])])


def destination_port(draw):
    return TcpCase([_talk(draw) for _ in range(3)],
                   [_chain("here", "tcp_two", destination_port="LISTENER PORT"), _chain("any")])


def other_destination_port(draw):
    return TcpCase([_unmatched() for _ in range(3)], [_chain("there", destination_port="SOURCE PORT")])


def prefix_ranges(draw):
    number = draw.randint(3, 250)
    return TcpCase([_talk(draw, to=f"127.0.0.{number}"), _talk(draw), _talk(draw, to=f"127.0.0.{number + 1}")],
                   [_chain("one host", "tcp_two", prefix_ranges=[_host(number)]),
                    _chain("the rest", prefix_ranges=[INSIDE])], listener=ANYWHERE)


def transport_protocol(draw):
    """Nobody looks: then it is as if the connection had said nothing of it."""
    return TcpCase([_talk(draw), _talk(draw, source="127.0.0.7"), _talk(draw)],
                   [_chain("raw", "tcp_two", transport_protocol="raw_buffer"), _chain("any")])


def mixed_criteria(draw):
    """Criteria go one after the other, and there is no way back (the trie of Envoy)."""
    a, b = draw.sample(range(3, 250), 2)
    return TcpCase([_talk(draw, to=f"127.0.0.{a}", source=f"127.0.0.{b}"), _talk(draw, to=f"127.0.0.{a}"),
                    _talk(draw, source=f"127.0.0.{b}"), _unmatched(source=f"127.0.0.{a}")],
                   [_chain("both", prefix_ranges=[_host(a)], source_prefix_ranges=[_host(b)]),
                    _chain("to", "tcp_two", prefix_ranges=[_host(a)]),
                    _chain("from", prefix_ranges=[INSIDE], source_prefix_ranges=[_host(b)])], listener=ANYWHERE)


def default_filter_chain(draw):
    number = draw.randint(3, 250)
    return TcpCase([_talk(draw), _talk(draw, source=f"127.0.0.{number}"), _talk(draw)],
                   [_chain("one host", "tcp_two", source_prefix_ranges=[_host(number)])],
                   otherwise={**tcp(), "name": "otherwise"})


def chain_without_name(draw):
    return TcpCase([_talk(draw) for _ in range(3)], [{"tcp": {"cluster": "tcp_one"}}])


def _rbac(draw, requests, prefix="", **config):
    fields = {"stat_prefix": f"policies_{draw.word()}{prefix}.", **config}
    return TcpCase(requests, [tcp()], filters=[network_filter("rbac", "RBAC", fields)])


def _denied(draw, **fields):
    """Its service may have heard that it came."""
    return Talk((f"denied {draw.word()}\n".encode(),), **fields)


def _rules(action, principal, permission=None):
    return {"action": action, "policies": {"policy": {
        "permissions": [permission or {"any": True}], "principals": [principal]}}}


def rbac_allow(draw):
    number = draw.randint(3, 250)
    principal = {draw.choice(["direct_remote_ip", "remote_ip", "source_ip"]): _host(number)}
    return _rbac(draw, [_talk(draw, source=f"127.0.0.{number}"), _denied(draw), _talk(draw, source=f"127.0.0.{number}"),
                        _denied(draw, source=f"127.0.0.{number + 1}")], rules=_rules("ALLOW", principal))


def rbac_deny(draw):
    number = draw.randint(3, 250)
    principal = {"not_id": {"direct_remote_ip": _host(number)}}
    return _rbac(draw, [_denied(draw), _talk(draw, source=f"127.0.0.{number}"), _denied(draw)],
                 rules=_rules("DENY", principal))


def rbac_permissions(draw):
    permission = draw.choice([
        {"destination_port": "LISTENER PORT"}, {"destination_ip": INSIDE},
        {"and_rules": {"rules": [{"destination_ip": INSIDE}, {"destination_port": "LISTENER PORT"}]}},
        {"or_rules": {"rules": [{"destination_port": "SOURCE PORT"}, {"destination_ip": INSIDE}]}},
        {"not_rule": {"destination_port": "SOURCE PORT"}},
        {"destination_port_range": {"start": 1024, "end": 65536}}])
    return _rbac(draw, [_talk(draw) for _ in range(3)], rules=_rules("ALLOW", {"any": True}, permission))


def rbac_shadow(draw):
    number = draw.randint(3, 250)
    return _rbac(draw, [_talk(draw), _talk(draw, source=f"127.0.0.{number}"), _talk(draw)],
                 shadow_rules=_rules(draw.choice(["ALLOW", "DENY"]), {"direct_remote_ip": _host(number)}),
                 shadow_rules_stat_prefix=f"shadow_{draw.word()}.")


def rbac_matcher(draw):
    number = draw.randint(3, 250)

    def on_match(action):
        return {"action": {"name": "action", "typed_config": {
            "@type": "type.googleapis.com/envoy.config.rbac.v3.Action", "name": action.lower(), "action": action}}}
    source = {"name": "source", "typed_config": {"@type": "type.googleapis.com/envoy.extensions.matching."
                                                 "common_inputs.network.v3.SourceIPInput"}}
    matcher = {"matcher_tree": {"input": source, "exact_match_map": {
        "map": {f"127.0.0.{number}": on_match("DENY")}}}, "on_no_match": on_match("ALLOW")}
    return _rbac(draw, [_talk(draw), _denied(draw, source=f"127.0.0.{number}"), _talk(draw)], matcher=matcher)


CASES = {
    "FilterChainMatch.source_prefix_ranges": source_prefix_ranges,
    "FilterChainMatch.direct_source_prefix_ranges": direct_source_prefix_ranges,
    "FilterChainMatch.source_type": source_type, "FilterChainMatch.source_type=external": source_type_external,
    "FilterChainMatch.source_ports": source_ports,
    "FilterChainMatch.destination_port": destination_port,
    "FilterChainMatch.destination_port=other": other_destination_port,
    "FilterChainMatch.prefix_ranges": prefix_ranges, "FilterChainMatch.prefix_ranges=mixed": mixed_criteria,
    "FilterChainMatch.transport_protocol": transport_protocol,
    "Listener.default_filter_chain": default_filter_chain, "FilterChain.name": chain_without_name,
    "network.rbac.rules=allow": rbac_allow, "network.rbac.rules=deny": rbac_deny,
    "network.rbac.rules=permissions": rbac_permissions, "network.rbac.shadow_rules": rbac_shadow,
    "network.rbac.matcher": rbac_matcher,
}
