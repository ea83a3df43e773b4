#include "compiler/ads_source.h"

#include <algorithm>

#include "compiler/fragments.h"
#include "envoy/config/core/v3/config_source.pb.h"

namespace outrigger::compiler {

namespace {

using envoy::config::core::v3::ApiConfigSource;

void AddAt(std::string_view field, std::string_view what, ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, field);
  errors.Add(what);
}

// Defaults as in Envoy; what is wrong with the rate, the validation rules have said.
void CompileRate(const ApiConfigSource& proto, AdsSource& to) {
  if (!proto.has_rate_limit_settings()) return;
  const auto& settings = proto.rate_limit_settings();
  xds::RequestRate& rate = to.rate.emplace();
  if (settings.has_max_tokens()) {
    rate.tokens_max = std::max<uint32_t>(settings.max_tokens().value(), 1);
  }
  if (settings.has_fill_rate()) rate.tokens_per_second = settings.fill_rate().value();
}

void CheckVersion(const ApiConfigSource& proto, ValidationErrors& errors) {
  if (proto.transport_api_version() != envoy::config::core::v3::V2) return;
  AddAt("transport_api_version", "must be V3", errors);
}

// As Envoy has it: one cluster, how often it is asked, and nothing of gRPC.
AdsSource CompilePolling(const ApiConfigSource& proto, ValidationErrors& errors) {
  AdsSource source;
  source.protocol = xds::Protocol::kStateOfTheWorld;
  Polling& polling = source.polling.emplace();
  CheckVersion(proto, errors);
  if (proto.grpc_services_size() > 0) AddAt("grpc_services", "must not be set for REST", errors);
  if (proto.cluster_names_size() == 1) {
    source.cluster = source.authority = proto.cluster_names(0);
  } else {
    AddAt("cluster_names", "must have one element", errors);
  }
  // Less would be a poll in every turn, more no time at all.
  constexpr Duration kRefreshMin = std::chrono::milliseconds(1);
  constexpr Duration kRefreshMax = std::chrono::hours(24 * 365);
  if (proto.has_refresh_delay()) {
    polling.refresh_delay = std::clamp(ToDuration(proto.refresh_delay()), kRefreshMin, kRefreshMax);
  } else {
    AddAt("refresh_delay", "is required for REST", errors);
  }
  if (proto.has_request_timeout()) polling.request_timeout = ToDuration(proto.request_timeout());
  return source;
}

// The first is the primary, the second its failover (X47).
void CompileServices(const ApiConfigSource& proto, AdsSource& to, ValidationErrors& errors) {
  constexpr int kServicesMax = 2;
  const int count = proto.grpc_services_size();
  if (count == 0) return AddAt("grpc_services", "must have an element", errors);
  for (int i = 0; i < std::min(count, kServicesMax); ++i) {
    const ValidationErrors::ScopedField element(errors, "grpc_services", static_cast<size_t>(i));
    CompileGrpcService(proto.grpc_services(i), i == 0 ? to : to.failover.emplace(), errors);
  }
  if (count <= kServicesMax) return;
  const ValidationErrors::ScopedField element(errors, "grpc_services", size_t{kServicesMax});
  errors.Add("must not be there: the first is the primary, the second its failover");
}
}  // namespace

std::vector<std::string> ClustersOf(const AdsSource& source) {
  std::vector<std::string> clusters = {source.cluster};
  if (source.failover.has_value()) clusters.push_back(source.failover->cluster);
  return clusters;
}

AdsSource CompileOwnSource(const ApiConfigSource& proto, ValidationErrors& errors) {
  return proto.api_type() == ApiConfigSource::REST ? CompilePolling(proto, errors)
                                                   : CompileAdsSource(proto, errors);
}

AdsSource CompileAdsSource(const ApiConfigSource& proto, ValidationErrors& errors) {
  AdsSource source;
  if (proto.api_type() == ApiConfigSource::GRPC) {
    source.protocol = xds::Protocol::kStateOfTheWorld;
  } else if (proto.api_type() != ApiConfigSource::DELTA_GRPC) {
    AddAt("api_type", "must be GRPC or DELTA_GRPC", errors);
  }
  CheckVersion(proto, errors);
  if (proto.cluster_names_size() > 0) AddAt("cluster_names", "must not be set for gRPC", errors);
  CompileRate(proto, source);
  CompileServices(proto, source, errors);
  return source;
}

AdsSource AdsSourceOf(const StreamSource& stream) {
  ApiConfigSource proto;
  proto.ParseFromString(stream.service);
  ValidationErrors errors;
  return CompileOwnSource(proto, errors);
}

}  // namespace outrigger::compiler
