#include "admin/dump_entries.h"

#include <fmt/format.h>
#include <google/protobuf/any.pb.h>

#include "admin/proto_json.h"
#include "admin/time_text.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"

namespace outrigger::admin {

namespace {

using envoy::config::listener::v3::FilterChain;
using envoy::config::listener::v3::Listener;
using HttpConnectionManager =
    envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;

// The resource as it was received, when it was ever accepted.
void WriteResource(std::string_view key, std::string_view type, const LedgerEntry& entry,
                   JsonBuilder& json) {
  if (entry.bytes == nullptr) return;
  google::protobuf::Any any;
  any.set_type_url(std::string("type.googleapis.com/").append(type));
  any.set_value(*entry.bytes);
  json.Key(key);
  WriteProto(any, json);
}

void WriteUpdated(const LedgerEntry& entry, JsonBuilder& json) {
  if (entry.bytes != nullptr) json.StringField("last_updated", TimestampText(entry.updated_at));
}

void WriteVersion(const LedgerEntry& entry, JsonBuilder& json) {
  if (!entry.version.empty()) json.StringField("version_info", entry.version);
}

std::string_view StatusOf(const LedgerEntry& entry) {
  if (!entry.error.empty()) return "NACKED";
  if (!entry.absence.has_value()) return "ACKED";
  return entry.absence->kind == xds::Absence::Kind::kError ? "RECEIVED_ERROR" : "DOES_NOT_EXIST";
}

// Why the newest version is not the one that runs.
void WriteStatus(const LedgerEntry& entry, JsonBuilder& json) {
  if (entry.is_static) return;
  if (!entry.error.empty()) {
    json.Key("error_state");
    json.BeginObject();
    json.StringField("last_update_attempt", TimestampText(entry.rejected_at));
    json.StringField("details", entry.error);
    if (!entry.rejected_version.empty()) json.StringField("version_info", entry.rejected_version);
    json.EndObject();
  }
  if (entry.error.empty() && entry.absence.has_value()) {
    json.Key("error_state");
    json.BeginObject();
    json.StringField("details", fmt::format("{}: {}", entry.name, entry.absence->why));
    json.EndObject();
  }
  json.StringField("client_status", StatusOf(entry));
}

struct Resource {
  std::string_view key;
  std::string_view type;
};

void WriteFlat(const LedgerEntry& entry, const Resource& resource, DumpArray& array) {
  JsonBuilder& json = array.Item();
  json.BeginObject();
  WriteVersion(entry, json);
  WriteResource(resource.key, resource.type, entry, json);
  WriteUpdated(entry, json);
  WriteStatus(entry, json);
  json.EndObject();
}

constexpr Resource kListener = {"listener", "envoy.config.listener.v3.Listener"};

void WriteRoutesOf(const FilterChain& chain, const LedgerEntry& entry, DumpArray& array) {
  for (const auto& filter : chain.filters()) {
    HttpConnectionManager http;
    if (!filter.typed_config().Is<HttpConnectionManager>() ||
        !filter.typed_config().UnpackTo(&http) || !http.has_route_config()) {
      continue;
    }
    JsonBuilder& json = array.Item();
    json.BeginObject();
    json.Key("route_config");
    WriteProtoAsAny(http.route_config(), json);
    WriteUpdated(entry, json);
    json.EndObject();
  }
}

}  // namespace

void WriteClusterEntry(const LedgerEntry& entry, DumpArray& array) {
  WriteFlat(entry, {"cluster", "envoy.config.cluster.v3.Cluster"}, array);
}

void WriteEndpointEntry(const LedgerEntry& entry, DumpArray& array) {
  WriteFlat(entry, {"endpoint_config", "envoy.config.endpoint.v3.ClusterLoadAssignment"}, array);
}

void WriteRouteEntry(const LedgerEntry& entry, DumpArray& array) {
  WriteFlat(entry, {"route_config", "envoy.config.route.v3.RouteConfiguration"}, array);
}

void WriteSecretEntry(const LedgerEntry& entry, DumpArray& array) {
  JsonBuilder& json = array.Item();
  json.BeginObject();
  json.StringField("name", entry.name);
  if (!entry.is_static) {  // as in Envoy
    WriteVersion(entry, json);
    WriteUpdated(entry, json);
  }
  WriteResource("secret", "envoy.extensions.transport_sockets.tls.v3.Secret", entry, json);
  WriteStatus(entry, json);
  json.EndObject();
}

void WriteStaticListener(const LedgerEntry& entry, DumpArray& array) {
  WriteFlat(entry, kListener, array);
}

void WriteDynamicListener(const LedgerEntry& entry, DumpArray& array) {
  JsonBuilder& json = array.Item();
  json.BeginObject();
  json.StringField("name", entry.name);
  if (entry.bytes != nullptr) {
    json.Key(entry.waits_for.empty() ? "active_state" : "warming_state");
    json.BeginObject();
    WriteVersion(entry, json);
    WriteResource(kListener.key, kListener.type, entry, json);
    WriteUpdated(entry, json);
    json.EndObject();
  }
  WriteStatus(entry, json);
  json.EndObject();
}

void WriteInlineEndpoints(const LedgerEntry& entry, DumpArray& array) {
  envoy::config::cluster::v3::Cluster cluster;
  if (entry.bytes == nullptr || !cluster.ParseFromString(*entry.bytes)) return;
  if (!cluster.has_load_assignment()) return;
  JsonBuilder& json = array.Item();
  json.BeginObject();
  json.Key("endpoint_config");
  WriteProtoAsAny(cluster.load_assignment(), json);
  WriteUpdated(entry, json);
  json.EndObject();
}

void WriteInlineRoutes(const LedgerEntry& entry, DumpArray& array) {
  Listener listener;
  if (entry.bytes == nullptr || !listener.ParseFromString(*entry.bytes)) return;
  for (const FilterChain& chain : listener.filter_chains()) WriteRoutesOf(chain, entry, array);
  if (listener.has_default_filter_chain()) {
    WriteRoutesOf(listener.default_filter_chain(), entry, array);
  }
}

}  // namespace outrigger::admin
