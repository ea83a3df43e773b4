#include "compiler/route_action_compiler.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "compiler/bytes_source.h"
#include "compiler/fragments.h"
#include "compiler/log_format_compiler.h"
#include "compiler/message_headers.h"
#include "compiler/metadata_compiler.h"
#include "compiler/mirror_compiler.h"
#include "compiler/rewrite_compiler.h"
#include "compiler/route_filters.h"
#include "compiler/upgrade_compiler.h"

namespace outrigger::compiler {

namespace {

using envoy::config::route::v3::RedirectAction;
using ActionProto = envoy::config::route::v3::RouteAction;
using WeightProto = envoy::config::route::v3::WeightedCluster::ClusterWeight;

void Require(bool is_there, std::string_view field, ValidationErrors& errors) {
  if (is_there) return;
  const ValidationErrors::ScopedField scope(errors, field);
  errors.Add("is required");
}

routing::WeightedCluster CompileWeighted(const WeightProto& proto, const RouteContext& context,
                                         ValidationErrors& errors) {
  const bool is_named = !proto.name().empty();
  Require(is_named || !proto.cluster_header().empty(), "name", errors);
  if (is_named && !proto.cluster_header().empty()) {
    const ValidationErrors::ScopedField scope(errors, "cluster_header");
    errors.Add("must not be set together with name");
  }
  Require(proto.has_weight(), "weight", errors);
  return {
      .cluster = is_named ? context.slots.Of(proto.name()) : 0,
      .cluster_header = LowerCase(proto.cluster_header()),
      .weight = proto.weight().value(),
      .host_rewrite = CompileHostLiteral(proto.host_rewrite_literal(), errors),
      .filters = CompileRouteFilters(proto.typed_per_filter_config(), context.environment, errors),
      .request_headers = CompileRequestHeaders(proto, errors),
      .response_headers = CompileResponseHeaders(proto, errors)};
}

void CompileChoice(const ActionProto& proto, const RouteContext& context,
                   routing::ForwardAction& action, ValidationErrors& errors) {
  const std::shared_ptr<const http::MetadataValue> labels = CompileLabels(proto.metadata_match());
  if (!proto.has_weighted_clusters()) {
    routing::WeightedCluster only;
    only.endpoint_criteria = labels;
    only.cluster_header = LowerCase(proto.cluster_header());
    if (only.cluster_header->empty()) only.cluster = context.slots.Of(proto.cluster());
    only.weight = 1;
    action.clusters.push_back(std::move(only));
    return;
  }
  const auto& weighted = proto.weighted_clusters();
  const ValidationErrors::ScopedField scope(errors, "weighted_clusters");
  action.choice_header = LowerCase(weighted.header_name());
  action.total_weight = 0;
  for (int i = 0; i < weighted.clusters_size(); ++i) {
    const ValidationErrors::ScopedField element(errors, "clusters", static_cast<size_t>(i));
    action.clusters.push_back(CompileWeighted(weighted.clusters(i), context, errors));
    action.clusters.back().endpoint_criteria =
        CompileLabels(weighted.clusters(i).metadata_match(), labels);
    action.total_weight += action.clusters.back().weight;
  }
  if (action.total_weight == 0 || action.total_weight > UINT32_MAX) {
    errors.Add("the sum of all weights must be between 1 and 4294967295");
  }
}

void CompileStreamDuration(const ActionProto& proto, routing::ForwardAction& action) {
  if (proto.has_max_grpc_timeout()) action.grpc_timeout_max = ToDuration(proto.max_grpc_timeout());
  if (proto.has_grpc_timeout_offset()) {
    action.grpc_timeout_offset = ToDuration(proto.grpc_timeout_offset());
  }
  if (!proto.has_max_stream_duration()) return;
  const auto& from = proto.max_stream_duration();
  routing::StreamDuration duration;
  if (from.has_max_stream_duration()) duration.most = ToDuration(from.max_stream_duration());
  if (from.has_grpc_timeout_header_max()) {
    duration.grpc_max = ToDuration(from.grpc_timeout_header_max());
  }
  if (from.has_grpc_timeout_header_offset()) {
    duration.grpc_offset = ToDuration(from.grpc_timeout_header_offset());
  }
  action.stream_duration = std::optional(duration);
}

}  // namespace

routing::ForwardAction CompileForward(const ActionProto& proto, const RouteContext& context,
                                      ValidationErrors& errors) {
  routing::ForwardAction action;
  CompileChoice(proto, context, action, errors);
  if (proto.has_timeout()) action.timeout = ToDuration(proto.timeout());
  if (proto.has_idle_timeout()) action.idle_timeout = ToDuration(proto.idle_timeout());
  if (proto.has_flush_timeout()) action.flush_timeout = ToDuration(proto.flush_timeout());
  CompileStreamDuration(proto, action);
  action.mirrors = CompileMirrors(proto.request_mirror_policies(), context, errors);
  action.upgrades = CompileUpgrades(proto.upgrade_configs(), errors);
  action.path_rewrite = CompilePathRewrite(proto, errors);
  action.host_rewrite = CompileHostRewrite(proto, errors);
  switch (proto.cluster_not_found_response_code()) {
    case ActionProto::NOT_FOUND:
      action.cluster_not_found_status = 404;
      break;
    case ActionProto::INTERNAL_SERVER_ERROR:
      action.cluster_not_found_status = 500;
      break;
    default:
      action.cluster_not_found_status = 503;
      break;
  }
  return action;
}

routing::DirectResponse CompileDirectResponse(
    const envoy::config::route::v3::DirectResponseAction& proto, uint32_t body_bytes_max,
    ValidationErrors& errors) {
  routing::DirectResponse response;
  response.status = static_cast<uint16_t>(proto.status());
  if (proto.has_body_format()) {
    const ValidationErrors::ScopedField scope(errors, "body_format");
    response.format = CompileBodyFormat(proto.body_format(), errors);
  }
  if (!proto.has_body()) return response;
  const ValidationErrors::ScopedField scope(errors, "body");
  response.body = ReadDataSource(proto.body(), errors);
  // Zero is no limit, as in Envoy; a resource has one of its own.
  if (body_bytes_max > 0 && response.body.size() > body_bytes_max) {
    errors.Add(fmt::format("must have at most {} bytes", body_bytes_max));
  }
  return response;
}

routing::Redirect CompileRedirect(const RedirectAction& proto, ValidationErrors& errors) {
  routing::Redirect redirect;
  switch (proto.response_code()) {
    case RedirectAction::FOUND:
      redirect.status = 302;
      break;
    case RedirectAction::SEE_OTHER:
      redirect.status = 303;
      break;
    case RedirectAction::TEMPORARY_REDIRECT:
      redirect.status = 307;
      break;
    case RedirectAction::PERMANENT_REDIRECT:
      redirect.status = 308;
      break;
    default:
      redirect.status = 301;
      break;
  }
  if (proto.https_redirect()) redirect.scheme = "https";
  if (!proto.scheme_redirect().empty()) redirect.scheme = proto.scheme_redirect();
  if (!proto.host_redirect().empty()) redirect.host = proto.host_redirect();
  if (proto.port_redirect() > 65535) {
    const ValidationErrors::ScopedField scope(errors, "port_redirect");
    errors.Add("must be at most 65535");
  }
  if (proto.port_redirect() != 0) redirect.port = static_cast<uint16_t>(proto.port_redirect());
  if (!proto.path_redirect().empty()) redirect.path = proto.path_redirect();
  redirect.path_rewrite = CompilePathRewrite(proto, errors);
  redirect.strips_query = proto.strip_query();
  return redirect;
}

}  // namespace outrigger::compiler
