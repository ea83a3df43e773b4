#include "server/last_good.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <algorithm>
#include <set>

#include "base/log.h"
#include "base/read_file.h"
#include "base/resource_source.h"
#include "stats/server_stats.h"
#include "xds/resource_store.h"

namespace outrigger {

namespace {

// In the order in which they are used: before somebody asks for a secret or an extension, none is
// kept.
const std::vector<std::string_view>& SavedTypes() {
  static const std::vector<std::string_view> types = {
      compiler::kClusterType, compiler::kEndpointType, compiler::kListenerType,
      compiler::kScopeType,   compiler::kRouteType,    compiler::kVirtualHostType,
      compiler::kSecretType,  compiler::kExtensionType};
  return types;
}

// Those that the control plane has sent, and that hold until it says otherwise.
template <typename Value>
void Gather(std::string_view type_url, const xds::ResourceStore<Value>& store,
            std::vector<saved::SavedResource>& to) {
  for (const auto& [name, entry] : store.entries()) {
    const xds::ResourceRecord& record = entry.record;
    if (entry.value == nullptr || record.is_static || record.expires || IsFileKey(name)) continue;
    to.push_back({type_url, name, record.version, record.bytes, record.bytes_hash});
  }
}

}  // namespace

std::string SavedConfigPathFor(std::string_view node_id) {
  constexpr const char* kFolder = "/var/lib/outrigger";
  struct stat facts;
  if (stat(kFolder, &facts) != 0 || !S_ISDIR(facts.st_mode)) return {};
  return fmt::format("{}/{:016x}.saved", kFolder, XXH3_64bits(node_id.data(), node_id.size()));
}

LastGood::LastGood(EventLoop& control, compiler::Configuration& configuration,
                   const Bootstrap& bootstrap, const SavedConfigOptions& options, Hooks hooks)
    : control_(control),
      configuration_(configuration),
      bootstrap_(bootstrap),
      options_(options),
      path_(options.path.value()),
      hooks_(std::move(hooks)),
      saver_({path_, options.saves_keys}),
      use_timer_(control, [this] { UseIfAlone(); }),
      save_timer_(control, [this] { Save(); }) {
  use_timer_.Arm(options_.wait);
}

void LastGood::OnSettled(bool is_live) {
  NoteAnswers();
  if (!is_live || running_since_.has_value() || !hooks_.has_answers()) return;
  if (configuration_.revision() == saved_revision_ || save_timer_.is_armed()) return;
  save_timer_.Arm(kGather);
}

void LastGood::Save() {
  saved_revision_ = configuration_.revision();
  saved::SavedConfiguration configuration;
  configuration.node_id = bootstrap_.node_id;
  configuration.saved_at = control_.wall_now();
  const compiler::Resources& resources = configuration_.resources();
  auto& to = configuration.resources;
  if (bootstrap_.streams_clusters()) Gather(compiler::kClusterType, resources.clusters, to);
  Gather(compiler::kEndpointType, resources.endpoints, to);
  if (bootstrap_.streams_listeners()) Gather(compiler::kListenerType, resources.listeners, to);
  Gather(compiler::kScopeType, resources.scopes, to);
  Gather(compiler::kRouteType, resources.routes, to);
  Gather(compiler::kVirtualHostType, resources.hosts, to);
  Gather(compiler::kSecretType, resources.secrets, to);
  Gather(compiler::kExtensionType, resources.extensions, to);
  saver_.Save(std::move(configuration));
}

void LastGood::UseIfAlone() {
  if (hooks_.has_answers()) return;
  const absl::Status status = Use();
  if (status.ok()) return;
  if (absl::IsNotFound(status)) {
    return Log(LogLevel::kWarning, "no control plane has answered, and none is saved: {}",
               std::string(status.message()));
  }
  ++refused_;
  Log(LogLevel::kError, "no control plane has answered, and what is saved cannot be used: {} {}",
      path_, std::string(status.message()));
}

absl::Status LastGood::Use() {
  const absl::StatusOr<std::string> bytes = ReadFile(path_, saved::kMebibytesMax);
  if (!bytes.ok()) return bytes.status();
  const auto configuration = saved::Decode(*bytes, bootstrap_.node_id, SavedTypes());
  if (!configuration.ok()) return configuration.status();
  running_since_ = configuration->saved_at;
  Log(LogLevel::kWarning,
      "no control plane has answered: running on the configuration saved {} s ago ({} resources)",
      (control_.wall_now() - configuration->saved_at) / std::chrono::seconds(1),
      configuration->resources.size());
  for (const std::string& name : configuration->left_out) {
    Log(LogLevel::kWarning, "not saved, since it holds a secret: {}", name);
  }
  for (const std::string_view type_url : SavedTypes()) Apply(*configuration, type_url);
  hooks_.claimed();
  return absl::OkStatus();
}

void LastGood::Apply(const saved::SavedConfiguration& configuration, std::string_view type_url) {
  xds::Response response;
  response.type_url = type_url;
  for (const saved::SavedResource& resource : configuration.resources) {
    if (resource.type_url != type_url) continue;
    response.resources.push_back({resource.name, resource.version, type_url, *resource.bytes});
  }
  const xds::Verdict verdict = configuration_.Restore(response);
  for (const xds::ResourceError& error : verdict.errors) {
    Log(LogLevel::kWarning, "saved, and not accepted any more: {} {}: {}", type_url, error.name,
        error.message);
  }
  const std::set<std::string, std::less<>> accepted(verdict.accepted.begin(),
                                                    verdict.accepted.end());
  Versions versions;
  for (const xds::ReceivedResource& resource : response.resources) {
    if (!accepted.contains(resource.name)) continue;
    versions.emplace_back(resource.name, resource.version);
  }
  hooks_.claim(type_url, std::move(versions));
}

void LastGood::NoteAnswers() {
  if (!running_since_.has_value() || !hooks_.has_answers()) return;
  running_since_.reset();
  Log(LogLevel::kInfo, "the control plane has answered: the saved configuration is out of use");
}

void LastGood::Show(stats::Block& server) {
  const saved::ConfigSaver::Counts counts = saver_.counts();
  server.Add(stats::kServerSavedConfigWritten, counts.written - shown_.written);
  server.Add(stats::kServerSavedConfigFailed, counts.failed - shown_.failed);
  server.Add(stats::kServerSavedConfigRefused, refused_ - shown_refused_);
  server.Set(stats::kServerSavedConfigLeftOut, counts.left_out);
  server.Set(stats::kServerRunningOnSavedConfig, running_since_.has_value() ? 1 : 0);
  const Duration age =
      running_since_.has_value() ? control_.wall_now() - *running_since_ : Duration::zero();
  server.Set(stats::kServerSavedConfigAgeSeconds,
             static_cast<uint64_t>(std::max(age, Duration::zero()) / std::chrono::seconds(1)));
  shown_ = counts;
  shown_refused_ = refused_;
}

}  // namespace outrigger
