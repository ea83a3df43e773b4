"""TLS of clients and of services: what is agreed on, who is believed, what is told of it."""
from differential_parts.bootstrap import LOG, certificate, tls_context, trust
from differential_parts.case import END, Case, Raw, Request, Talk, TcpCase, Tls, forward, get, tcp

TLS_LOG = {"text_format_source": {"inline_string": LOG[:-1] + "".join(f" %{name}%" for name in (
    "DOWNSTREAM_TLS_VERSION", "DOWNSTREAM_TLS_CIPHER", "DOWNSTREAM_PEER_SUBJECT", "DOWNSTREAM_PEER_ISSUER",
    "DOWNSTREAM_PEER_SERIAL", "DOWNSTREAM_PEER_FINGERPRINT_256", "DOWNSTREAM_PEER_URI_SAN",
    "DOWNSTREAM_PEER_DNS_SAN", "DOWNSTREAM_PEER_IP_SAN", "UPSTREAM_TLS_VERSION", "UPSTREAM_TLS_CIPHER")) + "\n"}}
ALPN = ["h2", "http/1.1"]
SILENT = Raw((b"",), until_end=True)  # who is refused is told so before anything is said
CLIENT = [{"san_type": "URI", "matcher": {"exact": "spiffe://mesh/client"}}]
SERVICE = [{"san_type": "URI", "matcher": {"prefix": "spiffe://mesh/serv"}}]
VERSIONS = ("TLSv1_2", "TLSv1_3")


def _only(version):
    return {"tls_minimum_protocol_version": version, "tls_maximum_protocol_version": version}


def _requests(draw):
    return [get(draw.path()), Request(method="POST", body=draw.word().encode()), get(x_answer="500")]


def _server(requests, client=None, common=None, versions=(1, 2), **fields):
    """A listener that speaks TLS as these fields say."""
    context = {"tls_certificates": [certificate("server")], "alpn_protocols": ALPN, **(common or {})}
    return Case(requests, chain=tls_context("Downstream", context, **fields), tls=client or Tls(),
                log_format=TLS_LOG, versions=versions)


def tls_certificates(draw):
    return _server(_requests(draw))


def server_name(draw):
    case = _server(_requests(draw))
    case.log_format = {"text_format_source": {"inline_string": "%REQUESTED_SERVER_NAME%\n"}}
    return case


def secret_by_name(draw):
    case = _server(_requests(draw))
    case.chain = tls_context("Downstream", {"tls_certificate_sds_secret_configs": [{"name": "server"}],
                                            "alpn_protocols": ALPN})
    return case


def alpn(*protocols):
    def generate(draw):
        return _server(_requests(draw), common={"alpn_protocols": list(protocols)},
                       versions=(1, 2) if "h2" in protocols else (1,))
    return generate


def tls_params(draw):
    version = draw.choice(VERSIONS)
    return _server(_requests(draw), common={"tls_params": _only(version)})


def version_too_low(draw):
    return _server([SILENT, SILENT, SILENT], Tls(version_max="TLSv1_2"), {"tls_params": _only("TLSv1_3")}, (1,))


def cipher_suites(draw):
    suites = draw.sample(["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
                          "ECDHE-ECDSA-CHACHA20-POLY1305"], 2)
    return _server(_requests(draw), Tls(version_max="TLSv1_2"), {"tls_params": {"cipher_suites": suites}})


def no_common_cipher(draw):
    return _server([SILENT, SILENT, SILENT], Tls(version_max="TLSv1_2", ciphers="ECDHE-ECDSA-AES256-GCM-SHA384"),
                   {"tls_params": {"cipher_suites": ["ECDHE-ECDSA-AES128-GCM-SHA256"]}}, (1,))


def ecdh_curves(draw):
    return _server(_requests(draw), common={"tls_params": {"ecdh_curves": [draw.choice(["X25519", "P-256"])]}})


def _judging(certificate_name, *requests, version="TLSv1_3", validation=None, requires=True):
    return _server(list(requests), Tls(certificate_name, version_max=version),
                   {"validation_context": validation or trust()}, (1, 2) if requests[0] != SILENT else (1,),
                   require_client_certificate=requires)


def client_certificate(draw):
    return _judging("client", *_requests(draw), version=draw.choice(VERSIONS))


def client_without_certificate(version):
    return lambda draw: _judging("", SILENT, SILENT, SILENT, version=version)


def client_that_need_not(draw):
    return _judging("", *_requests(draw), requires=False)


def stranger(version):
    return lambda draw: _judging("stranger", SILENT, SILENT, SILENT, version=version)


def client_with_name(draw):
    return _judging("client", *_requests(draw), validation=trust(match_typed_subject_alt_names=CLIENT))


def client_with_other_name(version):
    return lambda draw: _judging("nobody", SILENT, SILENT, SILENT, version=version,
                                 validation=trust(match_typed_subject_alt_names=CLIENT))


def accept_untrusted(draw):
    return _judging("stranger", *_requests(draw), validation=trust(trust_chain_verification="ACCEPT_UNTRUSTED"))


def connect_timeout(draw):
    chain = {**tls_context("Downstream", {"tls_certificates": [certificate("server")]}),
             "transport_socket_connect_timeout": "0.5s"}
    return Case([Raw((b"",), until_end=True) for _ in range(3)], chain=chain, versions=(1,))


def no_tls(draw):
    """Clients that speak plaintext to a listener with TLS."""
    chain = tls_context("Downstream", {"tls_certificates": [certificate("server")]})
    return Case([Raw((b"GET / HTTP/1.1\r\nhost: a.test\r\n\r\n",), until_end=True) for _ in range(3)],
                chain=chain, versions=(1,))


def tcp_over_tls(draw):
    chain = {**tcp(), **tls_context("Downstream", {"tls_certificates": [certificate("server")],
                                                   "validation_context": trust()})}
    return TcpCase([Talk((f"{draw.word()}\n".encode(), b"close\n", END)), Talk((b"close\n", END)),
                    Talk((b"long\n", b"close\n", END))], [chain], tls=Tls("client"), log_format=TLS_LOG)


def _service(draw, requests, service, common, **fields):
    """Requests to one that speaks TLS."""
    name = f"{service}_{draw.word()}"
    context = {"tls_params": _only(draw.choice(VERSIONS)), **common}
    return Case(requests, routes=[forward("/", name)], log_format=TLS_LOG,
                clusters={name: ([service], tls_context("Upstream", context, **fields))})


def upstream_tls(draw):
    return _service(draw, _requests(draw), "secure", {"validation_context": trust()}, sni="service.test")


def upstream_without_validation(draw):
    return _service(draw, _requests(draw), "secure", {})


def upstream_alpn(draw):
    return _service(draw, _requests(draw), "secure", {"alpn_protocols": ["http/1.1"]}, sni=f"{draw.word()}.test")


def mutual(draw):
    return _service(draw, _requests(draw), "mutual", {
        "tls_certificates": [certificate("client")],
        "validation_context": trust(match_typed_subject_alt_names=SERVICE)}, sni="service.test")


def service_of_strangers(draw):
    return _service(draw, _requests(draw), "secure", {"validation_context": trust("strangers")})


def service_with_other_name(draw):
    return _service(draw, _requests(draw), "secure",
                    {"validation_context": trust(match_typed_subject_alt_names=CLIENT)})


def service_that_refuses(draw):
    return _service(draw, _requests(draw), "mutual", {"tls_params": _only("TLSv1_2")})


def tcp_to_tls(draw):
    name = f"tcp_secure_{draw.word()}"
    context = tls_context("Upstream", {"tls_params": _only(draw.choice(VERSIONS)), "validation_context": trust()})
    return TcpCase([Talk((f"{draw.word()}\n".encode(), b"close\n", END)), Talk((b"close\n", END)),
                    Talk((b"long\n", b"close\n", END))], [tcp(name)], log_format=TLS_LOG,
                   clusters={name: (["tcp_secure"], context)})


CASES = {
    "CommonTlsContext.tls_certificates": tls_certificates,
    "CommonTlsContext.tls_certificates=server_name": server_name,
    "CommonTlsContext.tls_certificate_sds_secret_configs": secret_by_name,
    "CommonTlsContext.alpn_protocols": alpn("http/1.1"), "CommonTlsContext.alpn_protocols=none": alpn(),
    "CommonTlsContext.alpn_protocols=h2": alpn("h2"),
    "TlsParameters.tls_maximum_protocol_version": tls_params,
    "TlsParameters.tls_minimum_protocol_version": version_too_low,
    "TlsParameters.cipher_suites": cipher_suites, "TlsParameters.cipher_suites=none": no_common_cipher,
    "TlsParameters.ecdh_curves": ecdh_curves,
    "DownstreamTlsContext.require_client_certificate": client_certificate,
    "DownstreamTlsContext.require_client_certificate=none": client_without_certificate("TLSv1_2"),
    "DownstreamTlsContext.require_client_certificate=none13": client_without_certificate("TLSv1_3"),
    "DownstreamTlsContext.require_client_certificate=false": client_that_need_not,
    "CertificateValidationContext.trusted_ca=12": stranger("TLSv1_2"),
    "CertificateValidationContext.trusted_ca=13": stranger("TLSv1_3"),
    "CertificateValidationContext.match_typed_subject_alt_names": client_with_name,
    "CertificateValidationContext.match_typed_subject_alt_names=12": client_with_other_name("TLSv1_2"),
    "CertificateValidationContext.match_typed_subject_alt_names=13": client_with_other_name("TLSv1_3"),
    "CertificateValidationContext.trust_chain_verification": accept_untrusted,
    "FilterChain.transport_socket_connect_timeout": connect_timeout,
    "FilterChain.transport_socket=plaintext": no_tls, "FilterChain.transport_socket=tcp": tcp_over_tls,
    "UpstreamTlsContext.sni": upstream_tls,
    "UpstreamTlsContext.common_tls_context": upstream_without_validation,
    "UpstreamTlsContext.common_tls_context=alpn": upstream_alpn,
    "UpstreamTlsContext.common_tls_context=mutual": mutual,
    "UpstreamTlsContext.common_tls_context=strangers": service_of_strangers,
    "UpstreamTlsContext.common_tls_context=other_name": service_with_other_name,
    "UpstreamTlsContext.common_tls_context=refused": service_that_refuses,
    "UpstreamTlsContext.common_tls_context=tcp": tcp_to_tls,
}
