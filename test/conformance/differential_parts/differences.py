"""Where Outrigger differs from Envoy on purpose, or does not yet do what Envoy does. One that is not seen any more
fails the suite, so that the list shrinks; so does one whose line docs/differences.md or docs/fields.md does not have.
"""
import dataclasses
import os

from proxied import ROOT

ALL = ("answer", "records", "log")
ADMIN = ("admin",)
STATS = ("stats",)


@dataclasses.dataclass(frozen=True)
class Difference:
    case: str  # a pattern of names of cases
    about: str  # stands in the request, in Envoy's line of the log, in the path on the page or the name of the counter
    document: str  # stands in the line of docs/differences.md (or docs/fields.md) that tells it
    aspects: tuple = ALL
    fields: tuple = ()  # nothing else but these differs; none: anything may

    def explains(self, values):
        """Of answers or records of both sides."""
        return not self.fields or self._without_fields(values[0]) == self._without_fields(values[1])

    def _without_fields(self, seen):
        return [{**each, "fields": [field for field in each["fields"] if field[0].lower() not in self.fields]}
                if isinstance(each, dict) and "fields" in each else each for each in seen]


_HCM = "HttpConnectionManager."
_UNDERSCORE = "HttpProtocolOptions.headers_with_underscores_action=REJECT_REQUEST#*"

DIFFERENCES = (
    # The form of requests.
    Difference("*", "#", "A fragment in a target is refused by the codec", ("answer", "log")),
    Difference("HeaderMatcher.exact_match=spaces#*", "HTTP/2", "A value that begins or ends with a space"),
    Difference("Http1ProtocolOptions.allow_absolute_url#*", "", "An absolute target whose host is not that of `host`"),
    Difference("Http1ProtocolOptions.enable_trailers#*", "", "Trailers of HTTP/1 always pass", ("answer", "records")),
    Difference("Http1ProtocolOptions.*http_10#*", "HTTP/1.0", "Responses to HTTP/1.0 say HTTP/1.1", ("answer",)),
    Difference("Http1ProtocolOptions.accept_http_10=false#*", "low_version",
               "HTTP/1.0 where it is not accepted is logged"),
    Difference(_UNDERSCORE, "HTTP/1 b'GET", "A request refused for its path or for an underscore keeps", ("answer",)),
    Difference(_UNDERSCORE, "HTTP/2", "A name with an underscore refused over HTTP/2 gets 400", ("answer", "log")),
    Difference(_UNDERSCORE, "http1.unexpected_underscore", "A request refused for an underscore is logged", ("log",)),
    Difference("http.fault=bad_request#*", "HTTP/1 ", "A request refused for its path or for an underscore keeps",
               ("answer",)),
    Difference(_HCM + "path_with_escaped_slashes_action=REJECT_REQUEST#*", "HTTP/1 ",
               "A request refused for its path or for an underscore keeps", ("answer",)),
    Difference(_HCM + "path_with_escaped_slashes_action=REJECT_REQUEST#*", "path_normalization_failed",
               "A request refused for its path is logged as it came", ("log",)),
    Difference("*", "\\", "In text lines, quotes, backslashes and control characters", ("log",)),
    Difference("Route.name#*", "\"", "In text lines, quotes, backslashes and control characters", ("log",)),
    Difference(_HCM + "route_config=broken#*", "HTTP/2.0", "A version of HTTP that is none is answered 505",
               ("answer",)),
    Difference(_HCM + "route_config=broken#*", "low_version", "A version of HTTP that is none is answered 505",
               ("log",)),
    Difference(_HCM + "route_config=broken#*", "missing_host_header",
               "A request without a host is refused by the codec",
               ("log",)),
    Difference("*", "", "What the codec of HTTP/1 refuses is answered without", ("answer",), ("date", "server")),
    # Fields.
    Difference("*", "te: trailers", "`te` is sent with the `connection: te`", ("records",), ("connection",)),
    Difference("*.upgrade_configs#*", "connection: Upgrade", "`connection: upgrade` is written anew", ("records",),
               ("connection",)),
    Difference("http.cors#*", "OPTIONS", "A request without a body that is no POST", ("records",), ("content-length",)),
    Difference(_HCM + "server_header_transformation*", "server: b", "Fields of one name stay apart", ("answer",),
               ("server",)),
    Difference("*", "proxy-connection", "`proxy-connection` is passed over", ("answer",)),
    Difference("RedirectAction.*", "HTTP/2 b'GET /1/y", "A redirect goes by `x-forwarded-proto` over HTTP/2",
               ("answer",), ("location",)),
    Difference("mixed*", "HTTP/1 b'HEAD", "An answer of ours to HEAD that has no body says nothing of its length",
               ("answer",), ("transfer-encoding",)),
    # Ends.
    Difference("header.x-envoy-upstream-rq-per-try-timeout-ms#*", "upstream_per_try_timeout",
               "`x-envoy-upstream-rq-per-try-timeout-ms` ends the request", ("log",)),
    Difference("Http2ProtocolOptions.allow_connect=websocket#*", "HTTP/2 b'CONNECT", "A tunnel over HTTP/2 has no",
               ("answer",)),
    Difference("Http2ProtocolOptions.allow_connect=websocket#*", "websocket", "A websocket of an HTTP/2 client gets",
               ("records",)),
    Difference("*", "101 UC", "A tunnel that its service ends has ended well", ("log",)),
    Difference(_HCM + "route_config#*", "x-answer: reset", "A reused connection that fails", ("records",)),
    Difference("BindConfig.source_address=absent#*", "", "A source address that cannot be had is told as",
               ("answer", "log")),
    # Connections.
    Difference("network.rbac.*", "denied", "A connection is judged by network RBAC when its bytes may pass",
               ("records", "log")),
    Difference("UpstreamTlsContext.common_tls_context=*", "POST", "The body of a request is not read before its service",
               ("answer",)),
    Difference("UpstreamTlsContext.common_tls_context=*", "TLS_error", "Why a service could not be spoken to over TLS",
               ("log",)),
    Difference("CommonTlsContext.tls_certificates=server_name#*", "-", "The name that a client asked for is known",
               ("log",)),
    Difference("HttpFilter.config_discovery#*", "NFCF", "A filter without a configuration answers without details",
               ("log",)),
    # Pages of admin.
    Difference("*", ".node.", "`/server_info` and the bootstrap in `/config_dump` say what we are", ADMIN),
    Difference("/server_info", ".command_line_options", "`/server_info` tells the flags that we have", ADMIN),
    Difference("/server_info", ".hot_restart_initializing", "No hot restart", ADMIN),
    Difference("/config_dump*", ".client_status", "`/config_dump` says of each resource of the control plane", ADMIN),
    Difference("/config_dump?include_eds", "_endpoint_configs", "Endpoints are dumped as they were configured", ADMIN),
    Difference("/clusters?format=json", "thresholds[1]", "`/clusters` has the limits of the default priority alone",
               ADMIN),
    # Counters.
    Difference("/stats", ".downstream_rq_rx_reset", "`downstream_rq_rx_reset` counts what clients reset", STATS),
    Difference("/stats", ".downstream_rq_tx_reset", "An upgrade that ends is no `downstream_rq_tx_reset`", STATS),
    Difference("/stats", ".rq_redirect", "`rq_redirect` counts redirects", STATS),
    Difference("/stats", ".upstream_rq_tx_reset", "`upstream_rq_tx_reset` counts over HTTP/1, too", STATS),
    Difference("/stats", ".downstream_cx_drain_close", "`downstream_cx_drain_close` counts the ends that", STATS),
    Difference("/stats", "accept_http_10=false#", "HTTP/1.0 where it is not accepted is no protocol error", STATS),
    Difference("/stats", "cluster.tcp_secure_", "An end of the connection that TLS does not announce", STATS),
    Difference("/stats", ".ssl.fail_verify_error", "A chain that is accepted although nobody vouches for it", STATS),
    Difference("/stats", ".lb_subsets_active", "`lb_subsets_active`, `_created` and `_removed` count each subset", STATS),
    Difference("/stats", ".lb_subsets_created", "`lb_subsets_active`, `_created` and `_removed` count each subset",
               STATS),
    Difference("/stats", "cluster.full_", "A limit of 0 is open from the start", STATS),
    # Not yet.
    *(Difference("/stats", about, "Health checks are counted among the answers", STATS) for about in (
        "cluster.checked", "health_check#0.downstream_rq_", "health_check=clusters#0.downstream_rq_",
        "health_check=kept_failure#0.downstream_rq_")),
    Difference("*.request_mirror_policies#*", "", "Mirrored requests carry no `x-envoy-internal`", ("records",),
               ("x-envoy-internal", "x-forwarded-for")),
)


def undocumented():
    """Those whose line no reader can find."""
    text = ""
    for name in ("differences.md", "fields.md"):
        with open(os.path.join(ROOT, "docs", name), encoding="utf-8") as file:
            text += file.read()
    return [each for each in DIFFERENCES if each.document not in text]
