"""Resources by the thousand, as the control plane reads them: each one short, on a line of its own."""
import json

HCM = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
ROUTER = ("http_filters: [{name: router, typed_config: {'@type': "
          "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]")
TLS = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext"
ADS = "{ads: {}, resource_api_version: V3}"


def cluster_yaml(name, seconds, extra="", ads=ADS):
    return (f"- {{name: {name}, type: EDS, connect_timeout: {seconds}s, eds_cluster_config: "
            f"{{eds_config: {ads}}}{extra}}}\n")


def changing_cluster_yaml(name, seconds):
    """One that changes, while its endpoints do not: Envoy waits for them to be sent anew, for 15 s if one lets it,
    and answers nothing about clusters meanwhile."""
    return cluster_yaml(name, seconds, ads="{ads: {}, resource_api_version: V3, initial_fetch_timeout: 0.1s}")


def tls_cluster_yaml(name, seconds):
    """Secured with the secret "authority", as all others of its kind."""
    secret = f"{{name: authority, sds_config: {ADS}}}"
    return cluster_yaml(name, seconds, ", transport_socket: {name: tls, typed_config: {'@type': " + TLS +
                        f", common_tls_context: {{validation_context_sds_secret_config: {secret}}}}}}}")


def authority_yaml(certificate):
    return ("- {name: authority, validation_context: {trusted_ca: {inline_string: "
            f"{json.dumps(certificate)}}}}}}}\n")


def endpoints_yaml(name, weight, port=9):
    return (f"- {{cluster_name: {name}, endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: "
            f"{{address: 127.0.0.1, port_value: {port}}}}}}}, load_balancing_weight: {weight}}}]}}]}}\n")


def many_endpoints_yaml(name, count):
    """And how many bytes of the message each of them is."""
    addresses = [f"10.{100 + number // 10_000}.{100 + number // 100 % 100}.{100 + number % 100}"
                 for number in range(count)]
    each = ", ".join(f"{{endpoint: {{address: {{socket_address: {{address: {address}, port_value: 8080}}}}}}}}"
                     for address in addresses)
    # Five fields around it, each with a tag and a length; the port is a tag and two bytes.
    received = len(addresses[0]) + 5 * 2 + 3
    return f"- {{cluster_name: {name}, endpoints: [{{lb_endpoints: [{each}]}}]}}\n", received


def routes_yaml(name, count, cluster_of, timeout_of):
    routes = "".join(f"    - {{match: {{prefix: /route-{number}/}}, route: {{cluster: {cluster_of(number)}, "
                     f"timeout: {timeout_of(number)}s}}}}\n" for number in range(count))
    return f"- name: {name}\n  virtual_hosts:\n  - name: all\n    domains: ['*']\n    routes:\n{routes}"


def listener_yaml(name, routes, idle_timeout, port=0):
    """`routes`: rds_yaml or small_table_yaml."""
    return (f"- {{name: {name}, address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}, "
            f"filter_chains: [{{filters: [{{name: hcm, typed_config: {{'@type': {HCM}, stat_prefix: {name}, "
            f"{routes}, stream_idle_timeout: {idle_timeout}s, {ROUTER}}}}}]}}]}}\n")


def rds_yaml(table):
    return f"rds: {{route_config_name: {table}, config_source: {ADS}}}"


def small_table_yaml(cluster):
    return ("route_config: {virtual_hosts: [{name: all, domains: ['*'], routes: [{match: {prefix: /}, "
            f"route: {{cluster: {cluster}}}}}]}}]}}")
