#include "compiler/ads_source.h"

#include <algorithm>

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

}  // namespace

AdsSource CompileAdsSource(const ApiConfigSource& proto, ValidationErrors& errors) {
  AdsSource source;
  if (proto.api_type() == ApiConfigSource::GRPC) {
    source.protocol = xds::Protocol::kStateOfTheWorld;
  } else if (proto.api_type() != ApiConfigSource::DELTA_GRPC) {
    AddAt("api_type", "must be GRPC or DELTA_GRPC", errors);
  }
  if (proto.transport_api_version() == envoy::config::core::v3::V2) {
    AddAt("transport_api_version", "must be V3", errors);
  }
  CompileRate(proto, source);
  if (proto.grpc_services_size() == 0) {
    AddAt("grpc_services", "must have an element", errors);
    return source;
  }
  const ValidationErrors::ScopedField element(errors, "grpc_services", 0);
  CompileGrpcService(proto.grpc_services(0), source, errors);
  return source;
}

AdsSource AdsSourceOf(const StreamSource& stream) {
  ApiConfigSource proto;
  proto.ParseFromString(stream.service);
  ValidationErrors errors;
  return CompileAdsSource(proto, errors);
}

}  // namespace outrigger::compiler
