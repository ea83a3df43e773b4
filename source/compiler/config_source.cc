#include "compiler/config_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "compiler/ads_source.h"
#include "compiler/fragments.h"

namespace outrigger::compiler {

namespace {

namespace fs = std::filesystem;
using envoy::config::core::v3::ApiConfigSource;
using envoy::config::core::v3::ConfigSource;
using envoy::config::core::v3::PathConfigSource;

void CheckFile(std::string_view field, const std::string& path, ValidationErrors& errors) {
  std::error_code error;
  if (path.empty() || fs::exists(path, error)) return;  // the validation rules refuse empty ones
  const ValidationErrors::ScopedField scope(errors, field);
  errors.AddPassing(fmt::format("{} does not exist", path));
}

void CheckFolder(const std::string& path, ValidationErrors& errors) {
  std::error_code error;
  if (path.empty() || fs::is_directory(path, error)) return;
  const ValidationErrors::ScopedField scope(errors, "watched_directory.path");
  errors.AddPassing(fmt::format("{} is not a folder", path));
}

SourcePointer CompilePath(const PathConfigSource& proto, ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "path_config_source");
  CheckFile("path", proto.path(), errors);
  CheckFolder(proto.watched_directory().path(), errors);
  return std::make_shared<const ResourceSource>(
      FileSource{proto.path(), proto.watched_directory().path()});
}

SourcePointer CompileOwnStream(const ApiConfigSource& proto, const StreamClusters& clusters,
                               ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "api_config_source");
  const AdsSource source = CompileOwnSource(proto, errors);
  const std::vector<std::string> names = ClustersOf(source);
  for (size_t i = 0; clusters.has_value() && i < names.size(); ++i) {
    if (names[i].empty() || clusters->contains(names[i])) continue;
    const ValidationErrors::ScopedField field(
        errors, source.polling.has_value()
                    ? "cluster_names[0]"
                    : fmt::format("grpc_services[{}].envoy_grpc.cluster_name", i));
    errors.Add(fmt::format("\"{}\" must be a cluster of the bootstrap with endpoints of its own",
                           names[i]));
  }
  return std::make_shared<const ResourceSource>(
      StreamSource{proto.SerializeAsString(), source.cluster});
}

}  // namespace

SourcePointer CompileConfigSource(const ConfigSource& proto, const StreamClusters& clusters,
                                  ValidationErrors& errors) {
  switch (proto.config_source_specifier_case()) {
    case ConfigSource::kAds:
      return nullptr;
    case ConfigSource::kPathConfigSource:
      return CompilePath(proto.path_config_source(), errors);
    case ConfigSource::kPath:
      CheckFile("path", proto.path(), errors);
      return std::make_shared<const ResourceSource>(FileSource{proto.path(), {}});
    case ConfigSource::kApiConfigSource:
      return CompileOwnStream(proto.api_config_source(), clusters, errors);
    case ConfigSource::kSelf:
    case ConfigSource::CONFIG_SOURCE_SPECIFIER_NOT_SET:
      break;
  }
  errors.Add("must be ads, api_config_source or path_config_source");
  return nullptr;
}

std::optional<Duration> FetchTimeoutOf(const ConfigSource& proto) {
  constexpr Duration kDefault = std::chrono::seconds(15);
  constexpr Duration kMax = std::chrono::hours(24 * 365 * 100);  // any time plus this is a time
  if (!proto.has_ads() && !proto.has_api_config_source()) return std::nullopt;
  if (!proto.has_initial_fetch_timeout()) return kDefault;
  const Duration timeout = ToDuration(proto.initial_fetch_timeout());
  if (timeout == Duration::zero()) return std::nullopt;
  return std::min(timeout, kMax);
}

}  // namespace outrigger::compiler
