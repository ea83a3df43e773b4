// What becomes of the fields of HTTP filters, of what routes say to them, and of network RBAC.
//
// Thread: any (constants).
#pragma once

#include "compiler/field_rules_shared.h"

namespace outrigger::compiler::filter_fields {

using enum FieldUse;

inline constexpr std::string_view kRouteConfig = "envoy.config.route.v3.FilterConfig";
inline constexpr std::string_view kOnDemandClusters =
    "envoy.extensions.filters.http.on_demand.v3.OnDemandCds";
inline constexpr std::string_view kCorsPolicy = "envoy.extensions.filters.http.cors.v3.CorsPolicy";
inline constexpr std::string_view kFault = "envoy.extensions.filters.http.fault.v3.HTTPFault";
inline constexpr std::string_view kMutation =
    "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation";
inline constexpr std::string_view kMutations =
    "envoy.extensions.filters.http.header_mutation.v3.Mutations";
inline constexpr std::string_view kRbacFilter = "envoy.extensions.filters.http.rbac.v3.RBAC";
inline constexpr std::string_view kNetworkRbac = "envoy.extensions.filters.network.rbac.v3.RBAC";
inline constexpr std::string_view kRbac = "envoy.config.rbac.v3.RBAC";
inline constexpr std::string_view kPolicy = "envoy.config.rbac.v3.Policy";
inline constexpr std::string_view kPermission = "envoy.config.rbac.v3.Permission";
inline constexpr std::string_view kPrincipal = "envoy.config.rbac.v3.Principal";
inline constexpr std::string_view kTree = "xds.type.matcher.v3.Matcher";
inline constexpr std::string_view kPredicate = "xds.type.matcher.v3.Matcher.MatcherList.Predicate";
inline constexpr std::string_view kSinglePredicate =
    "xds.type.matcher.v3.Matcher.MatcherList.Predicate.SinglePredicate";
inline constexpr std::string_view kOnMatch = "xds.type.matcher.v3.Matcher.OnMatch";
inline constexpr std::string_view kMatcherMap = "xds.type.matcher.v3.Matcher.MatcherTree";
inline constexpr std::string_view kXdsStringMatcher = "xds.type.matcher.v3.StringMatcher";
inline constexpr std::string_view kSetMetadata =
    "envoy.extensions.filters.http.set_metadata.v3.Config";
inline constexpr std::string_view kMetadataNote =
    "envoy.extensions.filters.http.set_metadata.v3.Metadata";
inline constexpr std::string_view kHeaderToMetadata =
    "envoy.extensions.filters.http.header_to_metadata.v3.Config";
inline constexpr std::string_view kHeaderRule =
    "envoy.extensions.filters.http.header_to_metadata.v3.Config.Rule";
inline constexpr std::string_view kHeaderNote =
    "envoy.extensions.filters.http.header_to_metadata.v3.Config.KeyValuePair";
inline constexpr std::string_view kMetadataMatcher = "envoy.type.matcher.v3.MetadataMatcher";
inline constexpr std::string_view kGrpcStats =
    "envoy.extensions.filters.http.grpc_stats.v3.FilterConfig";
inline constexpr std::string_view kHealthCheck =
    "envoy.extensions.filters.http.health_check.v3.HealthCheck";
inline constexpr std::string_view kRuntimeKey = "the value of the configuration counts";
inline constexpr std::string_view kNoExpressions = "expressions are not supported";
inline constexpr std::string_view kNoState =
    "filters leave no state, and routes no metadata, to look at";
inline constexpr std::string_view kNoTrailers = "trailers pass as they are";

inline constexpr FieldRule kRules[] = {
    {kRouteConfig, "config", kHandled},
    {kRouteConfig, "is_optional", kHandled},
    {kRouteConfig, "disabled", kHandled},
    {kCorsPolicy, "allow_origin_string_match", kHandled},
    {kCorsPolicy, "allow_methods", kHandled},
    {kCorsPolicy, "allow_headers", kHandled},
    {kCorsPolicy, "expose_headers", kHandled},
    {kCorsPolicy, "max_age", kHandled},
    {kCorsPolicy, "allow_credentials", kHandled},
    {kCorsPolicy, "filter_enabled", kHandled},
    {kCorsPolicy, "shadow_enabled", kHandled},
    {kCorsPolicy, "allow_private_network_access", kHandled},
    {kCorsPolicy, "forward_not_matching_preflights", kHandled},
    {kFault, "delay", kHandled},
    {kFault, "abort", kHandled},
    {kFault, "upstream_cluster", kHandled},
    {kFault, "headers", kHandled},
    {kFault, "downstream_nodes", kHandled},
    {kFault, "max_active_faults", kHandled},
    {kFault, "response_rate_limit", kRejected, "responses are not slowed down"},
    {kFault, "delay_percent_runtime", kIgnored, kRuntimeKey},
    {kFault, "abort_percent_runtime", kIgnored, kRuntimeKey},
    {kFault, "delay_duration_runtime", kIgnored, kRuntimeKey},
    {kFault, "abort_http_status_runtime", kIgnored, kRuntimeKey},
    {kFault, "abort_grpc_status_runtime", kIgnored, kRuntimeKey},
    {kFault, "max_active_faults_runtime", kIgnored, kRuntimeKey},
    {kFault, "response_rate_limit_percent_runtime", kIgnored, kRuntimeKey},
    {kFault, "disable_downstream_cluster_stats", kIgnored, "stats have one set"},
    {kFault, "filter_metadata", kIgnored, kNoReader},
    {"envoy.extensions.filters.http.fault.v3.FaultAbort", "*", kHandled},
    {"envoy.extensions.filters.common.fault.v3.FaultDelay", "*", kHandled},
    {kMutation, "mutations", kHandled},
    {kMutation, "most_specific_header_mutations_wins", kHandled},
    {"envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute", "mutations",
     kHandled},
    {kMutations, "request_mutations", kHandled},
    {kMutations, "response_mutations", kHandled},
    {kMutations, "query_parameter_mutations", kRejected, kNotYet},
    {kMutations, "request_trailers_mutations", kRejected, kNoTrailers},
    {kMutations, "response_trailers_mutations", kRejected, kNoTrailers},
    {"envoy.config.common.mutation_rules.v3.HeaderMutation", "append", kHandled},
    {"envoy.config.common.mutation_rules.v3.HeaderMutation", "remove", kHandled},
    {"envoy.config.common.mutation_rules.v3.HeaderMutation", "remove_on_match", kRejected, kNotYet},
    {kRbacFilter, "rules", kHandled},
    {kRbacFilter, "rules_stat_prefix", kHandled},
    {kRbacFilter, "shadow_rules", kHandled},
    {kRbacFilter, "shadow_rules_stat_prefix", kHandled},
    {kRbacFilter, "track_per_rule_stats", kIgnored, "stats have one set"},
    {kRbacFilter, "matcher", kHandled},
    {kRbacFilter, "shadow_matcher", kHandled},
    {"envoy.extensions.filters.http.rbac.v3.RBACPerRoute", "rbac", kHandled},
    {kNetworkRbac, "rules", kHandled},
    {kNetworkRbac, "matcher", kHandled},
    {kNetworkRbac, "shadow_rules", kHandled},
    {kNetworkRbac, "shadow_matcher", kHandled},
    {kNetworkRbac, "shadow_rules_stat_prefix", kHandled},
    {kNetworkRbac, "stat_prefix", kHandled},
    {kNetworkRbac, "enforcement_type", kIgnored,
     "a connection is judged when it comes and when its chain changes; bytes change nothing"},
    {kNetworkRbac, "delay_deny", kHandled},
    {kRbac, "action", kHandled},
    {kRbac, "policies", kHandled},
    {kRbac, "audit_logging_options", kIgnored, "there is no audit log"},
    {kPolicy, "permissions", kHandled},
    {kPolicy, "principals", kHandled},
    {kPolicy, "condition", kRejected, kNoExpressions},
    {kPolicy, "checked_condition", kRejected, kNoExpressions},
    {kPolicy, "cel_config", kIgnored, kNoExpressions},
    {kPermission, "and_rules", kHandled},
    {kPermission, "or_rules", kHandled},
    {kPermission, "any", kHandled},
    {kPermission, "header", kHandled},
    {kPermission, "url_path", kHandled},
    {kPermission, "destination_ip", kHandled},
    {kPermission, "destination_port", kHandled},
    {kPermission, "destination_port_range", kHandled},
    {kPermission, "metadata", kHandled},
    {kPermission, "not_rule", kHandled},
    {kPermission, "requested_server_name", kHandled},
    {kPermission, "matcher", kRejected, kNotYet},
    {kPermission, "uri_template", kRejected, kNotYet},
    {kPermission, "sourced_metadata", kRejected, kNoState},
    {"envoy.config.rbac.v3.Permission.Set", "rules", kHandled},
    {kPrincipal, "and_ids", kHandled},
    {kPrincipal, "or_ids", kHandled},
    {kPrincipal, "any", kHandled},
    {kPrincipal, "authenticated", kHandled},
    {kPrincipal, "source_ip", kHandled},
    {kPrincipal, "direct_remote_ip", kHandled},
    {kPrincipal, "remote_ip", kHandled},
    {kPrincipal, "header", kHandled},
    {kPrincipal, "url_path", kHandled},
    {kPrincipal, "metadata", kHandled},
    {kPrincipal, "filter_state", kRejected, kNoState},
    {kPrincipal, "not_id", kHandled},
    {kPrincipal, "sourced_metadata", kRejected, kNoState},
    {kPrincipal, "custom", kRejected, kNotYet},
    {"envoy.config.rbac.v3.Principal.Set", "ids", kHandled},
    {"envoy.config.rbac.v3.Principal.Authenticated", "principal_name", kHandled},
    {"envoy.config.rbac.v3.Action", "*", kHandled},
    {kSetMetadata, "metadata_namespace", kHandled},
    {kSetMetadata, "value", kHandled},
    {kSetMetadata, "metadata", kHandled},
    {kMetadataNote, "metadata_namespace", kHandled},
    {kMetadataNote, "allow_overwrite", kHandled},
    {kMetadataNote, "value", kHandled},
    {kMetadataNote, "typed_value", kIgnored, kNoReader},
    {kHeaderToMetadata, "request_rules", kHandled},
    {kHeaderToMetadata, "response_rules", kHandled},
    {kHeaderToMetadata, "stat_prefix", kIgnored, "nothing of it is counted"},
    {kHeaderRule, "header", kHandled},
    {kHeaderRule, "cookie", kHandled},
    {kHeaderRule, "on_header_present", kHandled},
    {kHeaderRule, "on_header_missing", kHandled},
    {kHeaderRule, "remove", kHandled},
    {kHeaderNote, "metadata_namespace", kHandled},
    {kHeaderNote, "key", kHandled},
    {kHeaderNote, "value", kHandled},
    {kHeaderNote, "regex_value_rewrite", kHandled},
    {kHeaderNote, "type", kHandled},
    {kHeaderNote, "type=PROTOBUF_VALUE", kRejected, "messages in headers are not read"},
    {kHeaderNote, "encode", kHandled},
    {kHeaderNote, "encode=BASE64", kRejected, kNotYet},
    {kMetadataMatcher, "filter", kHandled},
    {kMetadataMatcher, "path", kHandled},
    {kMetadataMatcher, "value", kHandled},
    {kMetadataMatcher, "invert", kHandled},
    {"envoy.type.matcher.v3.MetadataMatcher.PathSegment", "key", kHandled},
    {"envoy.type.matcher.v3.ValueMatcher", "*", kHandled},
    {"envoy.type.matcher.v3.ValueMatcher.NullMatch", "*", kHandled},
    {"envoy.type.matcher.v3.DoubleMatcher", "*", kHandled},
    {"envoy.type.v3.DoubleRange", "*", kHandled},
    {"envoy.type.matcher.v3.ListMatcher", "*", kHandled},
    {"envoy.type.matcher.v3.OrMatcher", "*", kHandled},
    {"envoy.extensions.filters.http.buffer.v3.Buffer", "max_request_bytes", kHandled},
    {"envoy.extensions.filters.http.buffer.v3.BufferPerRoute", "disabled", kHandled},
    {"envoy.extensions.filters.http.buffer.v3.BufferPerRoute", "buffer", kHandled},
    {kGrpcStats, "emit_filter_state", kHandled},
    {kGrpcStats, "individual_method_stats_allowlist", kHandled},
    {kGrpcStats, "stats_for_all_methods", kHandled},
    {kGrpcStats, "enable_upstream_stats", kHandled},
    {kGrpcStats, "replace_dots_in_grpc_service_name", kHandled},
    {"envoy.config.core.v3.GrpcMethodList", "services", kHandled},
    {"envoy.config.core.v3.GrpcMethodList.Service", "name", kHandled},
    {"envoy.config.core.v3.GrpcMethodList.Service", "method_names", kHandled},
    {kHealthCheck, "pass_through_mode", kHandled},
    {kHealthCheck, "headers", kHandled},
    {kHealthCheck, "cache_time", kHandled},
    {kHealthCheck, "cluster_min_healthy_percentages", kHandled},
    {"envoy.extensions.filters.http.on_demand.v3.OnDemand", "odcds", kHandled},
    {"envoy.extensions.filters.http.on_demand.v3.PerRouteConfig", "odcds", kHandled},
    {kOnDemandClusters, "source", kHandled},
    {kOnDemandClusters, "timeout", kHandled},
    {kOnDemandClusters, "resources_locator", kRejected, kNotYet},
    {kTree, "matcher_list", kHandled},
    {kTree, "matcher_tree", kHandled},
    {kTree, "on_no_match", kHandled},
    {"xds.type.matcher.v3.Matcher.MatcherList", "matchers", kHandled},
    {"xds.type.matcher.v3.Matcher.MatcherList.FieldMatcher", "predicate", kHandled},
    {"xds.type.matcher.v3.Matcher.MatcherList.FieldMatcher", "on_match", kHandled},
    {kPredicate, "single_predicate", kHandled},
    {kPredicate, "or_matcher", kHandled},
    {kPredicate, "and_matcher", kHandled},
    {kPredicate, "not_matcher", kHandled},
    {"xds.type.matcher.v3.Matcher.MatcherList.Predicate.PredicateList", "predicate", kHandled},
    {kSinglePredicate, "input", kHandled},
    {kSinglePredicate, "value_match", kHandled},
    {kSinglePredicate, "custom_match", kRejected, kNotYet},
    {kOnMatch, "matcher", kHandled},
    {kOnMatch, "action", kHandled},
    {kOnMatch, "keep_matching", kRejected, "a match ends the search"},
    {kMatcherMap, "input", kHandled},
    {kMatcherMap, "exact_match_map", kHandled},
    {kMatcherMap, "prefix_match_map", kHandled},
    {kMatcherMap, "custom_match", kRejected, kNotYet},
    {"xds.type.matcher.v3.Matcher.MatcherTree.MatchMap", "map", kHandled},
    {"xds.core.v3.TypedExtensionConfig", "name", kHandled},
    {"xds.core.v3.TypedExtensionConfig", "typed_config", kHandled},
    {"envoy.type.matcher.v3.HttpRequestHeaderMatchInput", "header_name", kHandled},
    {kXdsStringMatcher, "exact", kHandled},
    {kXdsStringMatcher, "prefix", kHandled},
    {kXdsStringMatcher, "suffix", kHandled},
    {kXdsStringMatcher, "contains", kHandled},
    {kXdsStringMatcher, "safe_regex", kHandled},
    {kXdsStringMatcher, "ignore_case", kHandled},
    {kXdsStringMatcher, "custom", kRejected, kNotYet},
    {"xds.type.matcher.v3.RegexMatcher", "*", kHandled},
    {"envoy.type.matcher.v3.PathMatcher", "path", kHandled},
    {"envoy.type.v3.Int32Range", "*", kHandled},
    {"envoy.config.core.v3.RuntimeFractionalPercent", "default_value", kHandled},
    {"envoy.config.core.v3.RuntimeFractionalPercent", "runtime_key", kHandled},
    {"envoy.type.v3.FractionalPercent", "*", kHandled},
};

}  // namespace outrigger::compiler::filter_fields
