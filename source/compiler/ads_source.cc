#include "compiler/ads_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/fragments.h"
#include "envoy/config/core/v3/config_source.pb.h"

namespace outrigger::compiler {

namespace {

using envoy::config::core::v3::ApiConfigSource;
using envoy::config::core::v3::BackoffStrategy;
using envoy::config::core::v3::GrpcService;

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

// gRPC ends the process over a key or value that HTTP/2 does not allow.
void CompileMetadata(const GrpcService& proto, AdsSource& to, ValidationErrors& errors) {
  const auto is_key_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  const auto is_printable = [](char c) { return c >= 0x20 && c <= 0x7E; };
  for (int i = 0; i < proto.initial_metadata_size(); ++i) {
    const auto& header = proto.initial_metadata(i);
    const ValidationErrors::ScopedField scope(errors, "initial_metadata", static_cast<size_t>(i));
    std::string key = LowerCase(header.key());
    std::string value = header.value().empty() ? header.raw_value() : header.value();
    if (!std::all_of(key.begin(), key.end(), is_key_character) || key.starts_with("grpc-")) {
      AddAt("key", fmt::format("\"{}\" is no name for metadata", header.key()), errors);
    }
    if (!key.ends_with("-bin") && !std::all_of(value.begin(), value.end(), is_printable)) {
      AddAt("value", "must be printable ASCII", errors);
    }
    to.initial_metadata.emplace_back(std::move(key), std::move(value));
  }
}

void CompileBackOff(const BackoffStrategy& proto, AdsSource& to, ValidationErrors& errors) {
  constexpr int kDefaultRatio = 10;  // of the longest wait to the first, as in the API
  to.back_off_base = ToDuration(proto.base_interval());
  to.back_off_max = to.back_off_base > Duration::max() / kDefaultRatio
                        ? Duration::max()
                        : to.back_off_base * kDefaultRatio;
  if (!proto.has_max_interval()) return;
  to.back_off_max = ToDuration(proto.max_interval());
  if (to.back_off_max < to.back_off_base) {
    AddAt("max_interval", "must be at least base_interval", errors);
  }
}

void CompileService(const GrpcService& proto, AdsSource& to, ValidationErrors& errors) {
  if (!proto.has_envoy_grpc()) return;  // the validation rules or the field table have said why
  CompileMetadata(proto, to, errors);
  const auto& grpc = proto.envoy_grpc();
  to.cluster = grpc.cluster_name();
  to.authority = grpc.authority().empty() ? grpc.cluster_name() : grpc.authority();
  const ValidationErrors::ScopedField scope(errors, "envoy_grpc.retry_policy.retry_back_off");
  const auto& retry = grpc.retry_policy();
  if (retry.has_retry_back_off()) CompileBackOff(retry.retry_back_off(), to, errors);
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
  CompileService(proto.grpc_services(0), source, errors);
  return source;
}

AdsSource AdsSourceOf(const StreamSource& stream) {
  ApiConfigSource proto;
  proto.ParseFromString(stream.service);
  ValidationErrors errors;
  return CompileAdsSource(proto, errors);
}

}  // namespace outrigger::compiler
