#include "compiler/grpc_service_compiler.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/fragments.h"
#include "envoy/config/core/v3/grpc_service.pb.h"

namespace outrigger::compiler {

namespace {

using envoy::config::core::v3::BackoffStrategy;
using envoy::config::core::v3::GrpcService;

void SayAt(std::string_view field, std::string_view what, ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, field);
  errors.Add(what);
}

// gRPC ends the process over a key or value that HTTP/2 does not allow.
void CompileMetadata(const GrpcService& proto, GrpcTarget& to, ValidationErrors& errors) {
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
      SayAt("key", fmt::format("\"{}\" is no name for metadata", header.key()), errors);
    }
    if (!key.ends_with("-bin") && !std::all_of(value.begin(), value.end(), is_printable)) {
      SayAt("value", "must be printable ASCII", errors);
    }
    to.initial_metadata.emplace_back(std::move(key), std::move(value));
  }
}

void CompileBackOff(const BackoffStrategy& proto, GrpcTarget& to, ValidationErrors& errors) {
  constexpr int kBackOffRatio = 10;  // of the longest wait to the first, as in the API
  to.back_off_base = ToDuration(proto.base_interval());
  to.back_off_max = to.back_off_base > Duration::max() / kBackOffRatio
                        ? Duration::max()
                        : to.back_off_base * kBackOffRatio;
  if (!proto.has_max_interval()) return;
  to.back_off_max = ToDuration(proto.max_interval());
  if (to.back_off_max < to.back_off_base) {
    SayAt("max_interval", "must be at least base_interval", errors);
  }
}

}  // namespace

void CompileGrpcService(const GrpcService& proto, GrpcTarget& to, ValidationErrors& errors) {
  if (!proto.has_envoy_grpc()) return;  // the validation rules or the field table have said why
  CompileMetadata(proto, to, errors);
  const auto& grpc = proto.envoy_grpc();
  to.cluster = grpc.cluster_name();
  to.authority = grpc.authority().empty() ? grpc.cluster_name() : grpc.authority();
  const ValidationErrors::ScopedField scope(errors, "envoy_grpc.retry_policy.retry_back_off");
  const auto& retry = grpc.retry_policy();
  if (retry.has_retry_back_off()) CompileBackOff(retry.retry_back_off(), to, errors);
}

GrpcTarget GrpcTargetOf(std::string_view serialized) {
  GrpcService proto;
  proto.ParseFromString(std::string(serialized));
  GrpcTarget target;
  ValidationErrors errors;
  CompileGrpcService(proto, target, errors);
  return target;
}

}  // namespace outrigger::compiler
