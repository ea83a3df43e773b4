// What becomes of the fields of the bootstrap. Its static resources go through the compilers like
// any other, so nothing is said of them here.
//
// Thread: any (constants).
#pragma once

#include "compiler/field_rules_shared.h"

namespace outrigger::compiler::bootstrap_fields {

using enum FieldUse;

inline constexpr std::string_view kBootstrap = "envoy.config.bootstrap.v3.Bootstrap";
inline constexpr std::string_view kDynamic = "envoy.config.bootstrap.v3.Bootstrap.DynamicResources";
inline constexpr std::string_view kAdmin = "envoy.config.bootstrap.v3.Admin";
inline constexpr std::string_view kApiSource = "envoy.config.core.v3.ApiConfigSource";
inline constexpr std::string_view kGrpcService = "envoy.config.core.v3.GrpcService";
inline constexpr std::string_view kEnvoyGrpc = "envoy.config.core.v3.GrpcService.EnvoyGrpc";

inline constexpr FieldRule kRules[] = {
    {kBootstrap, "node", kHandled},
    {"envoy.config.core.v3.Node", "*", kHandled},
    {kBootstrap, "static_resources", kHandled},
    {"envoy.config.bootstrap.v3.Bootstrap.StaticResources", "clusters", kHandled},
    {"envoy.config.bootstrap.v3.Bootstrap.StaticResources", "listeners", kHandled},
    {kBootstrap, "dynamic_resources", kHandled},
    {kDynamic, "lds_config", kHandled},
    {kDynamic, "cds_config", kHandled},
    {kDynamic, "ads_config", kHandled},
    {kDynamic, "lds_resources_locator", kRejected, "collections are not supported"},
    {kDynamic, "cds_resources_locator", kRejected, "collections are not supported"},
    {kBootstrap, "admin", kHandled},
    {kAdmin, "address", kHandled},
    {kAdmin, "allow_paths", kRejected, "every page would be served"},
    {kApiSource, "api_type", kHandled},
    {kApiSource, "transport_api_version", kHandled},
    {kApiSource, "grpc_services", kHandled},
    {kApiSource, "set_node_on_first_message_only", kHandled},
    {kApiSource, "config_validators", kRejected, kNotYet},
    {kGrpcService, "envoy_grpc", kHandled},
    {kGrpcService, "initial_metadata", kHandled},
    {kGrpcService, "google_grpc", kRejected, "name an envoy_grpc cluster instead"},
    {kEnvoyGrpc, "cluster_name", kHandled},
    {kEnvoyGrpc, "authority", kHandled},
    {kEnvoyGrpc, "retry_policy", kHandled},
    {kEnvoyGrpc, "max_receive_message_length", kIgnored, "messages of any size are taken"},
    {"envoy.config.core.v3.RetryPolicy", "retry_back_off", kHandled},
    {"envoy.config.core.v3.BackoffStrategy", "*", kHandled},
};

}  // namespace outrigger::compiler::bootstrap_fields
