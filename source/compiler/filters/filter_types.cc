#include "compiler/filters/filter_types.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <iterator>

#include "compiler/filters/buffer_compiler.h"
#include "compiler/filters/cors_compiler.h"
#include "compiler/filters/fault_compiler.h"
#include "compiler/filters/grpc_stats_compiler.h"
#include "compiler/filters/grpc_web_compiler.h"
#include "compiler/filters/header_mutation_compiler.h"
#include "compiler/filters/header_to_metadata_compiler.h"
#include "compiler/filters/health_check_compiler.h"
#include "compiler/filters/on_demand_compiler.h"
#include "compiler/filters/rbac_compiler.h"
#include "compiler/filters/set_metadata_compiler.h"

namespace outrigger::compiler {

namespace {

using google::protobuf::Message;

// From any message to the one that a filter's compiler takes: the type has been looked at.
template <typename Proto, auto kCompile>
std::shared_ptr<const HttpFilterConfig> Filter(const Message& proto,
                                               const HttpFilterContext& context,
                                               ValidationErrors& errors) {
  return kCompile(static_cast<const Proto&>(proto), context, errors);
}
template <typename Proto, auto kCompile>
std::shared_ptr<const RouteFilterConfig> Route(const Message& proto,
                                               const CompileEnvironment& environment,
                                               ValidationErrors& errors) {
  return kCompile(static_cast<const Proto&>(proto), environment, errors);
}

// Of a filter to which routes have nothing to say.
constexpr std::string_view kNoRouteType = {};

constexpr HttpFilterType kTypes[] = {
    {FilterKind::kBuffer, "envoy.extensions.filters.http.buffer.v3.Buffer",
     Filter<BufferProto, CompileBuffer>, "envoy.extensions.filters.http.buffer.v3.BufferPerRoute",
     Route<BufferPerRouteProto, CompileRouteBuffer>},
    {FilterKind::kCors, "envoy.extensions.filters.http.cors.v3.Cors",
     Filter<CorsProto, CompileCors>, "envoy.extensions.filters.http.cors.v3.CorsPolicy",
     Route<CorsPolicyProto, CompileCorsPolicy>},
    {FilterKind::kFault, "envoy.extensions.filters.http.fault.v3.HTTPFault",
     Filter<FaultProto, CompileFault>, "envoy.extensions.filters.http.fault.v3.HTTPFault",
     Route<FaultProto, CompileRouteFault>},
    {FilterKind::kGrpcStats, "envoy.extensions.filters.http.grpc_stats.v3.FilterConfig",
     Filter<GrpcStatsProto, CompileGrpcStats>, kNoRouteType, nullptr},
    {FilterKind::kGrpcWeb, "envoy.extensions.filters.http.grpc_web.v3.GrpcWeb",
     Filter<GrpcWebProto, CompileGrpcWeb>, kNoRouteType, nullptr},
    {FilterKind::kHeaderMutation, "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
     Filter<HeaderMutationProto, CompileHeaderMutation>,
     "envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute",
     Route<HeaderMutationPerRouteProto, CompileRouteHeaderMutation>},
    {FilterKind::kHeaderToMetadata, "envoy.extensions.filters.http.header_to_metadata.v3.Config",
     Filter<HeaderToMetadataProto, CompileHeaderToMetadata>,
     "envoy.extensions.filters.http.header_to_metadata.v3.Config",
     Route<HeaderToMetadataProto, CompileRouteHeaderToMetadata>},
    {FilterKind::kHealthCheck, "envoy.extensions.filters.http.health_check.v3.HealthCheck",
     Filter<HealthCheckProto, CompileHealthCheck>, kNoRouteType, nullptr},
    {FilterKind::kOnDemand, "envoy.extensions.filters.http.on_demand.v3.OnDemand",
     Filter<OnDemandProto, CompileOnDemand>,
     "envoy.extensions.filters.http.on_demand.v3.PerRouteConfig",
     Route<OnDemandPerRouteProto, CompileRouteOnDemand>},
    {FilterKind::kRbac, "envoy.extensions.filters.http.rbac.v3.RBAC",
     Filter<RbacProto, CompileRbac>, "envoy.extensions.filters.http.rbac.v3.RBACPerRoute",
     Route<RbacPerRouteProto, CompileRouteRbac>},
    {FilterKind::kSetMetadata, "envoy.extensions.filters.http.set_metadata.v3.Config",
     Filter<SetMetadataProto, CompileSetMetadata>, kNoRouteType, nullptr},
};

}  // namespace

std::span<const HttpFilterType> HttpFilterTypes() { return kTypes; }

const HttpFilterType* FindHttpFilterType(std::string_view type) {
  const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                   [type](const auto& one) { return one.type == type; });
  return found == std::end(kTypes) ? nullptr : found;
}

const HttpFilterType* FindRouteFilterType(std::string_view route_type) {
  const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const auto& one) {
    return one.compile_route != nullptr && one.route_type == route_type;
  });
  return found == std::end(kTypes) ? nullptr : found;
}

}  // namespace outrigger::compiler
