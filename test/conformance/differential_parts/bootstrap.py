"""One bootstrap for both: a listener for each case, the same clusters for all. What does not stand in it comes from a
control plane."""
import json
import os

from differential_parts.case import TcpCase

NETWORK = "type.googleapis.com/envoy.extensions.filters.network"
HTTP = "type.googleapis.com/envoy.extensions.filters.http"
UPSTREAM = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
ADS = {"ads": {}, "resource_api_version": "V3"}
CERTIFICATES = "CERTIFICATES"  # stands for the folder of them
FILE = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog"
# One field of the line for each operator that has a subject here and is the same from run to run.
LOG = ("%REQ(:METHOD)% %REQ(:PATH)% %REQ(X-ENVOY-ORIGINAL-PATH)% %REQ(:AUTHORITY)% %PROTOCOL% %RESPONSE_CODE% "
       "%RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %BYTES_RECEIVED% %BYTES_SENT% %ROUTE_NAME% %UPSTREAM_CLUSTER% "
       "%UPSTREAM_HOST% %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% "
       "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT% %CONNECTION_TERMINATION_DETAILS% %GRPC_STATUS% "
       "%UPSTREAM_TRANSPORT_FAILURE_REASON% %FILTER_CHAIN_NAME% %ACCESS_LOG_TYPE%\n")


def address(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def cluster(name, ports, labels=None, **fields):
    """`labels` of each endpoint, for balancers."""
    endpoints = [{"endpoint": {"address": address(port), "hostname": f"{name}.host"}} for port in ports]
    for endpoint, own in zip(endpoints, labels or []):
        endpoint["metadata"] = {"filter_metadata": {"envoy.lb": own}}
    return {"name": name, "connect_timeout": "5s", **fields, "load_assignment": {
        "cluster_name": name, "endpoints": [{"lb_endpoints": endpoints}]}}


def log_path(folder, name):
    return os.path.join(folder, name.replace("/", "_") + ".log")


def http_filter(kind, config=None, **fields):
    """`kind`: rbac -> envoy.extensions.filters.http.rbac.v3.RBAC, as FILTERS says."""
    return {"name": kind, "typed_config": {"@type": filter_type(kind), **(config or {})}, **fields}


def filter_type(kind):
    message = {"router": "Router", "rbac": "RBAC", "cors": "Cors", "fault": "HTTPFault",
               "header_mutation": "HeaderMutation", "header_to_metadata": "Config",
               "health_check": "HealthCheck"}[kind]
    return f"{HTTP}.{kind}.v3.{message}"


def table(name, case):
    hosts = case.hosts or [{"name": "all", "domains": ["*"], **case.host, "routes": case.routes or [
        {"match": {"prefix": "/"}, "name": "everything", "route": {"cluster": "one"}}]}]
    return {"name": name, "validate_clusters": False, **case.table, "virtual_hosts": hosts}


def certificate(name):
    return {"certificate_chain": {"filename": f"{CERTIFICATES}/{name}.pem"},
            "private_key": {"filename": f"{CERTIFICATES}/{name}.key"}}


def trust(authority="authority", **fields):
    return {"trusted_ca": {"filename": f"{CERTIFICATES}/{authority}.pem"}, **fields}


def tls_context(side, common, **fields):
    """A transport socket; `side` is Downstream or Upstream, `common` the fields of the CommonTlsContext."""
    return {"transport_socket": {"name": "tls", "typed_config": {
        "@type": f"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.{side}TlsContext",
        "common_tls_context": common, **fields}}}


def access_log(name, folder, log_format=None):
    return [{"name": "file", "typed_config": {
        "@type": FILE, "path": log_path(folder, name),
        "log_format": log_format or {"text_format_source": {"inline_string": LOG}}}}]


def network_filter(kind, message, config):
    return {"name": kind, "typed_config": {"@type": f"{NETWORK}.{kind}.v3.{message}", **config}}


def http_chain(name, case, folder):
    hcm = {"stat_prefix": name, "delayed_close_timeout": "0.05s", "drain_timeout": "0.1s",
           "access_log": access_log(name, folder, case.log_format),
           **({"rds": {"route_config_name": name, "config_source": ADS}} if case.by_xds else
              {"scoped_routes": case.scoped_routes} if case.scoped_routes else
              {"route_config": table(name, case)}),
           "http_filters": [*case.filters, http_filter("router")], **case.hcm}
    return {"name": "chain", **case.chain, "filters": [network_filter("http_connection_manager", "HttpConnectionManager", hcm)]}


def tcp_chain(name, case, folder, chain):
    fields = {"stat_prefix": name, "access_log": access_log(name, folder, case.log_format), **chain["tcp"]}
    return {**{key: value for key, value in chain.items() if key != "tcp"},
            "filters": [*case.filters, network_filter("tcp_proxy", "TcpProxy", fields)]}


def tcp_listener(name, port, case, folder):
    otherwise = {"default_filter_chain": tcp_chain(name, case, folder, case.otherwise)} if case.otherwise else {}
    return {"name": name, "address": address(port), "stat_prefix": name, **otherwise, **case.listener,
            "filter_chains": [tcp_chain(name, case, folder, chain) for chain in case.chains]}


def listener(name, ports, case, folder):
    """Where it says "LISTENER PORT" or "SOURCE PORT", these are meant."""
    if isinstance(case, TcpCase):
        found = tcp_listener(name, ports[name], case, folder)
    else:
        found = {"name": name, "address": address(ports[name]), "stat_prefix": name,
                 "filter_chains": [http_chain(name, case, folder)]}
    text = json.dumps(found).replace('"LISTENER PORT"', str(ports[name])).replace('"SOURCE PORT"', str(ports["source"]))
    return json.loads(text)


def resources(folder, ports, service_ports, cases):
    """What the control plane serves: file -> resource. Two of the services are endpoints of a cluster there."""
    dynamic = {name: case for name, case in cases.items() if case.by_xds}
    endpoints = cluster("dynamic", [service_ports["one"]])["load_assignment"]
    files = {"endpoints/dynamic": endpoints, "clusters/dynamic": {
        "name": "dynamic", "type": "EDS", "connect_timeout": "5s", "eds_cluster_config": {"eds_config": ADS}}}
    files.update({f"listeners/{name}": listener(name, ports, case, folder) for name, case in dynamic.items()})
    files.update({f"routes/{name}": table(name, case) for name, case in dynamic.items()
                  if not isinstance(case, TcpCase)})
    return files


SECRETS = (
    {"name": "server", "tls_certificate": certificate("server")},
    {"name": "authority", "validation_context": trust()})


def bootstrap(node, folder, ports, service_ports, cases):
    """`cases`: name -> Case; `ports`: of each of them, of "admin", "control" and "source"."""
    clusters = [cluster(name, [port]) for name, port in service_ports.items()]
    clusters += [cluster(name, [service_ports[service] for service in services], **fields)
                 for case in cases.values() for name, (services, fields) in case.clusters.items()]
    return {
        "node": {"id": node, "cluster": "differential"},
        "dynamic_resources": {"cds_config": ADS, "lds_config": ADS, "ads_config": {
            "api_type": "DELTA_GRPC", "transport_api_version": "V3",
            "grpc_services": [{"envoy_grpc": {"cluster_name": "control"}}]}},
        "admin": {"address": address(ports["admin"])},
        "layered_runtime": {"layers": [{"name": "static", "static_layer": {"part.all": 100, "part.none": 0}}]},
        "static_resources": {
            "listeners": [listener(name, ports, case, folder) for name, case in cases.items() if not case.by_xds],
            "secrets": SECRETS,
            "clusters": [*clusters, cluster("empty", []),
                         cluster("control", [ports["control"]], typed_extension_protocol_options={UPSTREAM: {
                             "@type": f"type.googleapis.com/{UPSTREAM}",
                             "explicit_http_config": {"http2_protocol_options": {}}}})]},
    }
