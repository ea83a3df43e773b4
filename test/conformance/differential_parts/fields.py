"""The fields that users rely on in listeners, TCP proxies, HTTP connection managers, filters, routes and clusters: each
has at least REQUESTS_MIN requests in every run. They are named as the generators name them, by message and field, or
by what carries them."""

REQUESTS_MIN = 3

_BY_MESSAGE = {
    "HttpConnectionManager": """
        codec_type rds route_config scoped_routes http_filters use_remote_address xff_num_trusted_hops skip_xff_append
        server_name server_header_transformation forward_client_cert_details generate_request_id preserve_external_request_id
        always_set_request_id_in_response via scheme_header_transformation append_x_forwarded_port
        strip_matching_host_port strip_any_host_port strip_trailing_host_dot internal_address_config normalize_path
        merge_slashes path_with_escaped_slashes_action max_request_headers_kb stream_idle_timeout request_timeout
        request_headers_timeout drain_timeout delayed_close_timeout stream_flush_timeout access_log access_log_options
        upgrade_configs""",
    "HttpFilter": "typed_config is_optional disabled config_discovery",
    "http": "router rbac fault cors health_check",
    "HttpProtocolOptions": """
        headers_with_underscores_action max_headers_count idle_timeout max_connection_duration max_stream_duration
        max_requests_per_connection""",
    "Http1ProtocolOptions": "accept_http_10 default_host_for_http_10 enable_trailers allow_absolute_url",
    "HeaderKeyFormat": "proper_case_words stateful_formatter",
    "Http2ProtocolOptions": """
        max_concurrent_streams initial_stream_window_size initial_connection_window_size allow_connect
        connection_keepalive max_outbound_frames""",
    "RouteConfiguration": """
        virtual_hosts validate_clusters request_headers_to_add request_headers_to_remove response_headers_to_add
        response_headers_to_remove most_specific_header_mutations_wins ignore_port_in_host_matching
        max_direct_response_body_size_bytes typed_per_filter_config request_mirror_policies metadata""",
    "VirtualHost": """
        domains require_tls request_headers_to_add request_headers_to_remove response_headers_to_add
        response_headers_to_remove typed_per_filter_config include_request_attempt_count
        include_attempt_count_in_response per_request_buffer_limit_bytes request_body_buffer_limit""",
    "RouteMatch": """
        prefix path safe_regex path_separated_prefix case_sensitive headers query_parameters grpc runtime_fraction""",
    "HeaderMatcher": """
        exact_match prefix_match suffix_match contains_match safe_regex_match range_match present_match string_match
        invert_match treat_missing_header_as_empty""",
    "Route": """
        name direct_response request_headers_to_add request_headers_to_remove response_headers_to_add
        response_headers_to_remove typed_per_filter_config""",
    "RouteAction": """
        cluster weighted_clusters cluster_not_found_response_code prefix_rewrite regex_rewrite host_rewrite_literal
        auto_host_rewrite host_rewrite_header append_x_forwarded_host timeout idle_timeout max_grpc_timeout
        request_mirror_policies upgrade_configs metadata_match""",
    "WeightedCluster": "header_name",
    "ClusterWeight": """
        weight request_headers_to_add request_headers_to_remove response_headers_to_add response_headers_to_remove
        typed_per_filter_config host_rewrite_literal metadata_match""",
    "MaxStreamDuration": "max_stream_duration grpc_timeout_header_max grpc_timeout_header_offset",
    "RedirectAction": """
        https_redirect scheme_redirect host_redirect port_redirect path_redirect prefix_rewrite regex_rewrite
        response_code strip_query""",
    "DirectResponseAction": "status body",
    "TcpProxy": """
        stat_prefix cluster weighted_clusters idle_timeout access_log max_connect_attempts
        max_downstream_connection_duration hash_policy metadata_match""",
    "LbSubsetConfig": """
        fallback_policy default_subset subset_selectors locality_weight_aware panic_mode_any list_as_any""",
    "LbSubsetSelector": "keys fallback_policy fallback_keys_subset single_host_per_subset",
    "BindConfig": "source_address extra_source_addresses",
    "FilterChainMatch": """
        destination_port prefix_ranges direct_source_prefix_ranges source_type source_prefix_ranges source_ports
        transport_protocol""",
    "FilterChain": "name transport_socket transport_socket_connect_timeout",
    "DownstreamTlsContext": "require_client_certificate",
    "UpstreamTlsContext": "sni common_tls_context",
    "CommonTlsContext": "tls_certificates tls_certificate_sds_secret_configs alpn_protocols",
    "TlsParameters": "tls_minimum_protocol_version tls_maximum_protocol_version cipher_suites ecdh_curves",
    "CertificateValidationContext": "trusted_ca match_typed_subject_alt_names trust_chain_verification",
    "Listener": "default_filter_chain",
    "network.rbac": "rules shadow_rules matcher",
    "header": "x-envoy-upstream-rq-timeout-ms x-envoy-upstream-rq-per-try-timeout-ms grpc-timeout",
}

FIELDS = [f"{message}.{field}" for message, fields in _BY_MESSAGE.items() for field in fields.split()]
