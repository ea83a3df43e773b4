"""Resources in every version that a fault run needs: YAML in flow style, by kind and number."""

HCM = ("type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3."
       "HttpConnectionManager")
TCP_PROXY = "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy"
HTTP_FILTERS = "type.googleapis.com/envoy.extensions.filters.http"
FILE_LOG = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog"
ADS = "{ads: {}, resource_api_version: V3}"

BOOTSTRAP = """node: {{id: {node}, cluster: faults}}
admin: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {admin}}}}}}}
dynamic_resources:
  ads_config:
    api_type: {api_type}
    transport_api_version: V3
    grpc_services: [{{envoy_grpc: {{cluster_name: control}}}}]
  cds_config: {ads}
  lds_config: {ads}
static_resources:
  clusters:
  - name: control
    type: STATIC
    connect_timeout: 1s
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: {{http2_protocol_options: {{}}}}
    load_assignment: {{cluster_name: control, endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {control}}}}}}}}}]}}]}}
"""


def bootstrap(node, admin, control, api_type):
    return BOOTSTRAP.format(node=node, admin=admin, control=control, api_type=api_type, ads=ADS)


def _metadata(number):
    return f"metadata: {{filter_metadata: {{faults: {{number: {number}}}}}}}"


def cluster(name, number=0):
    """No field of its transport or codec depends on `number`."""
    policy = ("ROUND_ROBIN", "LEAST_REQUEST", "RANDOM")[number % 3]
    return (f"{{name: {name}, type: EDS, connect_timeout: {1 + number % 7}s, lb_policy: {policy}, "
            f"eds_cluster_config: {{eds_config: {ADS}}}, circuit_breakers: {{thresholds: [{{"
            f"max_connections: {5000 + number}, max_pending_requests: 5000, max_requests: 5000}}]}}, "
            f"outlier_detection: {{consecutive_5xx: {1000 + number % 5}}}, {_metadata(number)}}}\n")


def endpoints(name, ports, number=0):
    each = ", ".join(
        f"{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}}}, "
        f"load_balancing_weight: {1 + (number * (index + 3)) % 97}}}" for index, port in enumerate(ports))
    return f"{{cluster_name: {name}, endpoints: [{{lb_endpoints: [{each}]}}]}}\n"


def routes(name, cluster_name, number=0):
    return (f"{{name: {name}, virtual_hosts: [{{name: all, domains: ['*'], routes: [{{match: {{prefix: /}}, "
            f"route: {{cluster: {cluster_name}, timeout: {3600 + number % 60}s}}, response_headers_to_add: "
            f"[{{header: {{key: x-route-number, value: '{number}'}}}}]}}]}}]}}\n")


def _access_log(number):
    return (f"access_log: [{{name: file, typed_config: {{'@type': {FILE_LOG}, path: /dev/null, log_format: "
            f"{{text_format_source: {{inline_string: \"{number} %PROTOCOL%\\n\"}}}}}}}}]")


def _http_filters(number):
    """Another one before the router in each of four."""
    added = ("", f"{{name: cors, typed_config: {{'@type': {HTTP_FILTERS}.cors.v3.Cors}}}}, ",
             f"{{name: mutation, typed_config: {{'@type': {HTTP_FILTERS}.header_mutation.v3.HeaderMutation, "
             f"mutations: {{response_mutations: [{{append: {{header: {{key: x-filter, value: '{number}'}}}}}}]"
             "}}}, ", f"{{name: web, typed_config: {{'@type': {HTTP_FILTERS}.grpc_web.v3.GrpcWeb}}}}, ")
    return added[number % 4] + f"{{name: router, typed_config: {{'@type': {HTTP_FILTERS}.router.v3.Router}}}}"


def _address(port):
    return f"address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}"


def _chains(chain, number):
    """Every other one has a chain more, for clients that there are none of."""
    other = f"{{filter_chain_match: {{source_prefix_ranges: [{{address_prefix: 192.0.2.0, prefix_len: 24}}]}}, {chain}}}"
    return f"filter_chains: [{{{chain}}}" + (f", {other}]" if number % 2 else "]")


def http_listener(name, port, route_name, number=0):
    chain = (f"filters: [{{name: hcm, typed_config: {{'@type': {HCM}, stat_prefix: {name}, rds: "
             f"{{route_config_name: {route_name}, config_source: {ADS}}}, {_access_log(number)}, "
             f"stream_idle_timeout: {3600 + number % 7}s, http_filters: [{_http_filters(number)}]}}}}]")
    return f"{{name: {name}, {_address(port)}, {_metadata(number)}, {_chains(chain, number)}}}\n"


def tcp_listener(name, port, cluster_name, number=0):
    chain = (f"filters: [{{name: tcp, typed_config: {{'@type': {TCP_PROXY}, stat_prefix: {name}, "
             f"cluster: {cluster_name}, {_access_log(number)}}}}}]")
    return f"{{name: {name}, {_address(port)}, {_metadata(number)}, {_chains(chain, number)}}}\n"


# What no proxy can take, by kind.
BAD = {
    "clusters": "{{name: {name}, connect_timeout: 0s}}\n",
    "endpoints": "{{cluster_name: {name}, policy: {{overprovisioning_factor: 0}}}}\n",
    "routes": "{{name: {name}, virtual_hosts: [{{name: v, domains: []}}]}}\n",
    "listeners": "{{name: {name}}}\n",
}


def bad(kind, name):
    return BAD[kind].format(name=name)
