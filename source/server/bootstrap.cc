#include "server/bootstrap.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/read_file.h"
#include "base/validation_errors.h"
#include "compiler/any_content.h"
#include "compiler/bind_compiler.h"
#include "compiler/config_source.h"
#include "compiler/fragments.h"
#include "compiler/proto_rules.h"
#include "compiler/proto_yaml.h"
#include "compiler/runtime_keys.h"
#include "compiler/stats_options_compiler.h"
#include "envoy/config/bootstrap/v3/bootstrap.pb.h"
#include "envoy/extensions/resource_monitors/downstream_connections/v3/downstream_connections.pb.h"
#include "net/address_range.h"

namespace outrigger {

namespace {

using BootstrapProto = envoy::config::bootstrap::v3::Bootstrap;
using envoy::config::core::v3::ApiConfigSource;
using envoy::config::core::v3::ConfigSource;
using envoy::extensions::resource_monitors::downstream_connections::v3::DownstreamConnectionsConfig;

constexpr size_t kFileMebibytesMax = 64;

uint32_t SaturateToUint32(uint64_t value) {
  return static_cast<uint32_t>(std::min<uint64_t>(value, UINT32_MAX));
}

bool IsOfThisMachineOnly(const Address& address) {
  if (!address.is_ip()) return true;
  constexpr std::pair<const char*, uint32_t> kLoopback[] = {
      {"127.0.0.0", 8}, {"::1", 128}, {"::ffff:127.0.0.0", 104}};
  return std::any_of(std::begin(kLoopback), std::end(kLoopback), [&](const auto& block) {
    const Address first = *Address::FromIp(block.first, 0);
    return AddressRange::From(first, block.second)->Contains(address);
  });
}

absl::Status ReadProto(const CommandLine& command_line, BootstrapProto& proto,
                       std::vector<std::string>& warnings) {
  const compiler::YamlOptions options{command_line.allows_unknown_static_fields};
  if (command_line.config_path.empty() && command_line.config_yaml.empty()) {
    return absl::InvalidArgumentError("one of --config-path and --config-yaml is needed");
  }
  if (!command_line.config_path.empty()) {
    absl::StatusOr<std::string> text = ReadFile(command_line.config_path, kFileMebibytesMax);
    if (!text.ok()) return text.status();
    absl::Status status = compiler::MergeYaml(*text, options, proto, warnings);
    if (!status.ok()) {
      return absl::InvalidArgumentError(
          fmt::format("{}: {}", command_line.config_path, std::string(status.message())));
    }
  }
  if (command_line.config_yaml.empty()) return absl::OkStatus();
  // Read apart and merged as protobuf merges: repeated fields append, oneofs are replaced.
  BootstrapProto merged;
  absl::Status status = compiler::MergeYaml(command_line.config_yaml, options, merged, warnings);
  if (!status.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("--config-yaml: {}", std::string(status.message())));
  }
  proto.MergeFrom(merged);
  return absl::OkStatus();
}

void CompleteNode(const CommandLine& command_line, BootstrapProto& proto) {
  auto& node = *proto.mutable_node();
  if (!command_line.service_node.empty()) node.set_id(command_line.service_node);
  if (!command_line.service_cluster.empty()) node.set_cluster(command_line.service_cluster);
  // Control planes gate features on these (xds.md 5.2).
  node.set_user_agent_name("envoy");
  auto& version = *node.mutable_user_agent_build_version()->mutable_version();
  version.set_major_number(kEnvoyMajor);
  version.set_minor_number(kEnvoyMinor);
  version.set_patch(0);
  node.add_client_features("xds.config.resource-in-sotw");       // X25
  node.add_client_features("xds.config.supports-resource-ttl");  // X43
}

// One Bootstrap message being compiled.
class BootstrapCompiler {
 public:
  BootstrapCompiler(BootstrapProto& proto, Bootstrap& bootstrap) : proto_(proto), to_(bootstrap) {}

  ValidationErrors Compile();

 private:
  void CheckFields();
  void NoteUse(const google::protobuf::Message& message, const std::string& subject);
  void CompileAdmin();
  void TakeStaticResources();
  void CompileRuntime();
  void CompileStats();
  void CompileUpstreamSockets();
  void CompileResourceMonitors();
  void CompileDynamic();
  // Sets where all of a type comes from.
  void CompileSource(const ConfigSource& proto, bool& takes_from_ads, SourcePointer& source);
  void FindStreamClusters();
  void CheckNode();
  void CompileAds(const ApiConfigSource& proto);
  void AddAt(std::string_view field, std::string_view what);

  BootstrapProto& proto_;
  Bootstrap& to_;
  ValidationErrors errors_;
};

ValidationErrors BootstrapCompiler::Compile() {
  CheckFields();
  CompileAdmin();
  FindStreamClusters();
  CompileRuntime();
  CompileResourceMonitors();
  CompileStats();
  CompileUpstreamSockets();
  CompileDynamic();
  TakeStaticResources();
  to_.node = proto_.node().SerializeAsString();
  to_.node_id = proto_.node().id();
  to_.node_cluster = proto_.node().cluster();
  to_.serialized = proto_.SerializeAsString();
  return errors_;
}

void BootstrapCompiler::AddAt(std::string_view field, std::string_view what) {
  const ValidationErrors::ScopedField scope(errors_, field);
  errors_.Add(what);
}

void BootstrapCompiler::CheckFields() {
  BootstrapProto own = proto_;
  own.mutable_static_resources()->clear_clusters();
  own.mutable_static_resources()->clear_listeners();
  own.mutable_static_resources()->clear_secrets();
  compiler::CheckValidationRules(own, errors_);
  std::vector<std::string> ignored;
  compiler::CheckFieldUse(own, errors_, ignored);
  for (const std::string& field : ignored) to_.without_effect.push_back("bootstrap: " + field);
}

// Of a static resource; what is wrong with it is said where it is compiled.
void BootstrapCompiler::NoteUse(const google::protobuf::Message& message,
                                const std::string& subject) {
  ValidationErrors unused;
  std::vector<std::string> ignored;
  compiler::CheckFieldUse(message, unused, ignored);
  for (const std::string& field : ignored) {
    to_.without_effect.push_back(fmt::format("{}: {}", subject, field));
  }
}

void BootstrapCompiler::CompileAdmin() {
  if (!proto_.admin().has_address()) return;
  const ValidationErrors::ScopedField scope(errors_, "admin.address");
  const Address address = compiler::CompileAddress(proto_.admin().address(), errors_);
  to_.admin = {address, proto_.admin().address().pipe().mode()};
  if (!address.is_set() || IsOfThisMachineOnly(address)) return;
  to_.warnings.push_back(
      fmt::format("admin.address: {} is not this machine's alone: everybody who reaches it reads "
                  "the whole configuration and may end the process",
                  address.ToString()));
}

void BootstrapCompiler::CompileStats() {
  const ValidationErrors::ScopedField scope(errors_, "stats_config");
  to_.stats = compiler::CompileStatsOptions(proto_.stats_config(), to_.warnings, errors_);
}

void BootstrapCompiler::CompileUpstreamSockets() {
  if (!proto_.cluster_manager().has_upstream_bind_config()) return;
  const ValidationErrors::ScopedField scope(errors_, "cluster_manager.upstream_bind_config");
  to_.upstream_sockets =
      compiler::CompileBind(proto_.cluster_manager().upstream_bind_config(), errors_);
}

void BootstrapCompiler::CompileRuntime() {
  const ValidationErrors::ScopedField scope(errors_, "layered_runtime");
  to_.runtime = compiler::ReadRuntimeLayers(proto_.layered_runtime(), to_.stream_clusters, errors_);
  for (const auto& [key, field] : to_.runtime.fields) {
    if (!compiler::IsReadByEnvoyOnly(key)) continue;  // routes and filters may name the others
    to_.without_effect.push_back(fmt::format("bootstrap: {}: nothing reads it", field));
  }
  for (const auto& [key, request] : to_.runtime.requests) {
    if (StreamOf(request.source) != nullptr || request.source == nullptr) CheckNode();
  }
}

// A monitor counts before the runtime's key, as in Envoy. What is wrong with one, the validation
// rules have said.
void BootstrapCompiler::CompileResourceMonitors() {
  for (const auto& monitor : proto_.overload_manager().resource_monitors()) {
    const auto content = compiler::UnpackAny(monitor.typed_config());
    const auto* connections = dynamic_cast<const DownstreamConnectionsConfig*>(content.get());
    if (connections == nullptr) continue;
    to_.monitored_connections_max =
        SaturateToUint32(static_cast<uint64_t>(connections->max_active_downstream_connections()));
  }
}

void BootstrapCompiler::TakeStaticResources() {
  const ValidationErrors::ScopedField scope(errors_, "static_resources");
  auto& resources = *proto_.mutable_static_resources();
  absl::flat_hash_set<std::string> secrets;
  for (int i = 0; i < resources.secrets_size(); ++i) {
    const auto& secret = resources.secrets(i);
    const ValidationErrors::ScopedField element(errors_, "secrets", static_cast<size_t>(i));
    if (!secrets.insert(secret.name()).second) {
      AddAt("name", fmt::format("\"{}\" is there twice", secret.name()));
    }
    NoteUse(secret, "secret " + secret.name());
    to_.static_secrets.push_back(secret.SerializeAsString());
  }
  absl::flat_hash_set<std::string> clusters;
  for (int i = 0; i < resources.clusters_size(); ++i) {
    const auto& cluster = resources.clusters(i);
    const ValidationErrors::ScopedField element(errors_, "clusters", static_cast<size_t>(i));
    if (!clusters.insert(cluster.name()).second) {
      AddAt("name", fmt::format("\"{}\" is there twice", cluster.name()));
    }
    NoteUse(cluster, "cluster " + cluster.name());
    to_.static_clusters.push_back(cluster.SerializeAsString());
  }
  absl::flat_hash_set<std::string> listeners;
  for (int i = 0; i < resources.listeners_size(); ++i) {
    auto& listener = *resources.mutable_listeners(i);
    const ValidationErrors::ScopedField element(errors_, "listeners", static_cast<size_t>(i));
    if (listener.name().empty()) listener.set_name(fmt::format("static_listener_{}", i));
    if (!listeners.insert(listener.name()).second) {
      AddAt("name", fmt::format("\"{}\" is there twice", listener.name()));
    }
    NoteUse(listener, "listener " + listener.name());
    to_.static_listeners.push_back(listener.SerializeAsString());
  }
  for (const std::string& name : compiler::ClustersOf(to_.ads)) {
    if (name.empty() || clusters.contains(name)) continue;
    AddAt("clusters", fmt::format("must define \"{}\", which ads_config names", name));
  }
}

void BootstrapCompiler::CompileDynamic() {
  const auto& dynamic = proto_.dynamic_resources();
  const ValidationErrors::ScopedField scope(errors_, "dynamic_resources");
  if (dynamic.has_cds_config()) {
    const ValidationErrors::ScopedField field(errors_, "cds_config");
    CompileSource(dynamic.cds_config(), to_.takes_clusters_from_ads, to_.clusters_source);
    to_.clusters_wait_max = compiler::FetchTimeoutOf(dynamic.cds_config());
  }
  if (dynamic.has_lds_config()) {
    const ValidationErrors::ScopedField field(errors_, "lds_config");
    CompileSource(dynamic.lds_config(), to_.takes_listeners_from_ads, to_.listeners_source);
    to_.listeners_wait_max = compiler::FetchTimeoutOf(dynamic.lds_config());
  }
  if (dynamic.has_ads_config()) {
    CompileAds(dynamic.ads_config());
  } else if (to_.takes_clusters_from_ads || to_.takes_listeners_from_ads ||
             compiler::AsksAds(to_.runtime)) {
    AddAt("ads_config", "is required");
  }
}

void BootstrapCompiler::CompileSource(const ConfigSource& proto, bool& takes_from_ads,
                                      SourcePointer& source) {
  takes_from_ads = proto.has_ads();
  source = compiler::CompileConfigSource(proto, to_.stream_clusters, errors_);
  if (proto.has_api_config_source()) CheckNode();
}

// A cluster that is not right has no endpoints, which is told where it is compiled.
void BootstrapCompiler::FindStreamClusters() {
  auto& names = to_.stream_clusters.emplace();
  for (const auto& cluster : proto_.static_resources().clusters()) {
    const auto& source = cluster.eds_cluster_config().eds_config();
    const bool is_asked_for = cluster.type() == envoy::config::cluster::v3::Cluster::EDS &&
                              !source.has_path() && !source.has_path_config_source();
    if (!is_asked_for) names.insert(cluster.name());
  }
}

void BootstrapCompiler::CheckNode() {
  if (proto_.node().id().empty()) errors_.Add("needs node.id or --service-node");
}

void BootstrapCompiler::CompileAds(const ApiConfigSource& proto) {
  const ValidationErrors::ScopedField scope(errors_, "ads_config");
  CheckNode();
  to_.ads = compiler::CompileAdsSource(proto, errors_);
}

}  // namespace

std::vector<std::string> ReadBootstrap(const CommandLine& command_line, Bootstrap& bootstrap) {
  BootstrapProto proto;
  const absl::Status status = ReadProto(command_line, proto, bootstrap.warnings);
  if (!status.ok()) return {std::string(status.message())};
  CompleteNode(command_line, proto);
  const ValidationErrors errors = CompileBootstrap(proto, bootstrap);
  std::vector<std::string> mistakes = errors.messages();
  if (errors.count() > mistakes.size()) {
    mistakes.push_back(fmt::format("and {} more", errors.count() - mistakes.size()));
  }
  return mistakes;
}

ValidationErrors CompileBootstrap(BootstrapProto& proto, Bootstrap& bootstrap) {
  return BootstrapCompiler(proto, bootstrap).Compile();
}

absl::StatusOr<Bootstrap> LoadBootstrap(const CommandLine& command_line) {
  Bootstrap bootstrap;
  const std::vector<std::string> mistakes = ReadBootstrap(command_line, bootstrap);
  if (!mistakes.empty()) {
    return absl::InvalidArgumentError(fmt::format("bootstrap: {}", fmt::join(mistakes, "; ")));
  }
  return bootstrap;
}

}  // namespace outrigger
