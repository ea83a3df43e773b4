#include "admin/config_dump.h"

#include <utility>

#include "admin/dump_entries.h"
#include "admin/proto_json.h"
#include "admin/time_text.h"
#include "envoy/config/bootstrap/v3/bootstrap.pb.h"

namespace outrigger::admin {

namespace {

bool IsStatic(const LedgerEntry& entry) { return entry.is_static; }
bool IsDynamic(const LedgerEntry& entry) { return !entry.is_static; }
// Never accepted, or waiting for something it names.
bool IsWarming(const LedgerEntry& entry) {
  return !entry.is_static && (entry.bytes == nullptr || !entry.waits_for.empty());
}
// Both, where a former version serves while the newest waits.
bool IsActive(const LedgerEntry& entry) {
  return !entry.is_static && (entry.former.has_value() || !IsWarming(entry));
}
// There is more to say of it than that it is asked for.
bool IsSent(const LedgerEntry& entry) {
  return !entry.is_static && entry.state != xds::ResourceState::kRequested;
}
bool IsAccepted(const LedgerEntry& entry) { return entry.bytes != nullptr; }
bool IsAny(const LedgerEntry&) { return true; }

}  // namespace

JsonBuilder& DumpArray::Item() {
  if (!std::exchange(is_begun_, true)) {
    json_.Key(key_);
    json_.BeginArray();
  }
  return json_;
}

void DumpArray::End() {
  if (is_begun_) json_.EndArray();
}

ConfigDump::ConfigDump(std::shared_ptr<const ConfigLedger> ledger, Options options)
    : ledger_(std::move(ledger)), options_(std::move(options)) {
  AddSections();
}

void ConfigDump::AddSections() {
  const ConfigLedger& ledger = *ledger_;
  sections_.push_back(
      {"ClustersConfigDump",
       ledger.clusters_version,
       {{"static_clusters", &ledger.clusters, IsStatic, WriteClusterEntry},
        {"dynamic_active_clusters", &ledger.clusters, IsActive, WriteClusterEntry},
        {"dynamic_warming_clusters", &ledger.clusters, IsWarming, WriteWarmingCluster}}});
  if (options_.includes_endpoints) {
    sections_.push_back(
        {"EndpointsConfigDump",
         {},
         {{"static_endpoint_configs", &ledger.clusters, IsStatic, WriteInlineEndpoints},
          {"dynamic_endpoint_configs", &ledger.endpoints, IsSent, WriteEndpointEntry}}});
  }
  if (!ledger.extensions.empty()) {
    sections_.push_back({"EcdsConfigDump",
                         {},
                         {{"ecds_filters", &ledger.extensions, IsAccepted, WriteExtensionEntry}}});
  }
  sections_.push_back(
      {"ListenersConfigDump",
       ledger.listeners_version,
       {{"static_listeners", &ledger.listeners, IsStatic, WriteStaticListener},
        {"dynamic_listeners", &ledger.listeners, IsDynamic, WriteDynamicListener}}});
  // Tools look for these two even when there is nothing in them.
  sections_.push_back(
      {"ScopedRoutesConfigDump",
       {},
       {{"inline_scoped_route_configs", &ledger.listeners, IsAny, WriteInlineScopes},
        {"dynamic_scoped_route_configs", &ledger.scopes, IsSent, WriteScopeEntry}}});
  sections_.push_back({"RoutesConfigDump",
                       {},
                       {{"static_route_configs", &ledger.listeners, IsAny, WriteInlineRoutes},
                        {"dynamic_route_configs", &ledger.routes, IsSent, WriteRouteEntry}}});
  sections_.push_back(
      {"SecretsConfigDump",
       {},
       {{"static_secrets", &ledger.secrets, IsStatic, WriteSecretEntry},
        {"dynamic_active_secrets", &ledger.secrets, IsActive, WriteSecretEntry},
        {"dynamic_warming_secrets", &ledger.secrets, IsWarming, WriteSecretEntry}}});
}

bool ConfigDump::Append(std::string& piece) {
  if (!std::exchange(is_begun_, true)) {
    json_.BeginObject();
    json_.Key("configs");
    json_.BeginArray();
    WriteBootstrap();
    BeginSection();
  }
  bool has_more = true;
  while (has_more && piece.size() < kPieceBytes) {
    has_more = Step();
    piece += json_.Take();
  }
  return has_more;
}

// Moves on by one entry, or over the end of a group or section.
bool ConfigDump::Step() {
  const Section& section = sections_[section_];
  if (group_ == section.groups.size()) {
    json_.EndObject();
    group_ = 0;
    if (++section_ < sections_.size()) {
      BeginSection();
      return true;
    }
    json_.EndArray();
    json_.EndObject();
    return false;
  }
  const Group& group = section.groups[group_];
  if (array_ == nullptr) array_ = std::make_unique<DumpArray>(group.key, json_);
  if (entry_ == group.entries->size()) {
    std::exchange(array_, nullptr)->End();
    entry_ = 0;
    ++group_;
    return true;
  }
  const LedgerEntry& entry = (*group.entries)[entry_++];
  if (!group.is_wanted(entry) || (options_.filter && !options_.filter(entry.name))) return true;
  group.write(entry, *array_);
  return true;
}

void ConfigDump::BeginSection() {
  json_.BeginObject();
  json_.StringField(
      "@type", std::string("type.googleapis.com/envoy.admin.v3.").append(sections_[section_].type));
  const std::string_view version = sections_[section_].version;
  if (!version.empty()) json_.StringField("version_info", version);
}

void ConfigDump::WriteBootstrap() {
  envoy::config::bootstrap::v3::Bootstrap bootstrap;
  json_.BeginObject();
  json_.StringField("@type", "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump");
  if (bootstrap.ParseFromString(options_.serialized_bootstrap)) {
    json_.Key("bootstrap");
    WriteProto(bootstrap, json_);
  }
  json_.StringField("last_updated", TimestampText(options_.started_at));
  json_.EndObject();
}

}  // namespace outrigger::admin
