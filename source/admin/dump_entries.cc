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

struct Resource {
  std::string_view key;
  std::string_view type;
};

// One accepted version.
struct Version {
  std::string_view version;
  std::shared_ptr<const std::string> bytes;  // null: none was accepted
  WallTime updated_at{};
};

Version Newest(const LedgerEntry& entry) { return {entry.version, entry.bytes, entry.updated_at}; }

// The one that serves, or will be the first to.
Version Running(const LedgerEntry& entry) {
  if (!entry.former.has_value()) return Newest(entry);
  return {entry.former->version, entry.former->bytes, entry.former->updated_at};
}

// As it was received.
void WriteAny(std::string_view type, const std::string& bytes, JsonBuilder& json) {
  google::protobuf::Any any;
  any.set_type_url(std::string("type.googleapis.com/").append(type));
  any.set_value(bytes);
  WriteProto(any, json);
}

void WriteBytes(const Resource& resource, const std::string& bytes, JsonBuilder& json) {
  json.Key(resource.key);
  WriteAny(resource.type, bytes, json);
}

void WriteUpdated(const Version& version, JsonBuilder& json) {
  if (version.bytes != nullptr) {
    json.StringField("last_updated", TimestampText(version.updated_at));
  }
}

void WriteVersion(const Version& version, const Resource& resource, JsonBuilder& json) {
  if (!version.version.empty()) json.StringField("version_info", version.version);
  if (version.bytes != nullptr) WriteBytes(resource, *version.bytes, json);
  WriteUpdated(version, json);
}

std::string_view StatusOf(const LedgerEntry& entry) {
  if (!entry.error.empty()) return "NACKED";
  if (!entry.absence.has_value()) return "ACKED";
  switch (entry.absence->kind) {
    case xds::Absence::Kind::kDoesNotExist:
      return "DOES_NOT_EXIST";
    case xds::Absence::Kind::kTimedOut:
      return "TIMEOUT";
    case xds::Absence::Kind::kError:
      return "RECEIVED_ERROR";
  }
  return "UNKNOWN";
}

void WriteRejection(const LedgerEntry& entry, std::string_view type, JsonBuilder& json) {
  if (entry.rejected_bytes != nullptr) {
    WriteBytes({"failed_configuration", type}, *entry.rejected_bytes, json);
  }
  json.StringField("last_update_attempt", TimestampText(entry.rejected_at));
  json.StringField("details", entry.error);
  if (!entry.rejected_version.empty()) json.StringField("version_info", entry.rejected_version);
}

// Why the newest version is not the one that runs.
void WriteStatus(const LedgerEntry& entry, std::string_view type, JsonBuilder& json) {
  if (entry.is_static) return;
  if (!entry.error.empty() || entry.absence.has_value()) {
    json.Key("error_state");
    json.BeginObject();
    if (!entry.error.empty()) {
      WriteRejection(entry, type, json);
    } else {
      json.StringField("details", fmt::format("{}: {}", entry.name, entry.absence->why));
    }
    json.EndObject();
  }
  json.StringField("client_status", StatusOf(entry));
}

void WriteFlat(const LedgerEntry& entry, const Version& version, const Resource& resource,
               DumpArray& array) {
  JsonBuilder& json = array.Item();
  json.BeginObject();
  WriteVersion(version, resource, json);
  WriteStatus(entry, resource.type, json);
  json.EndObject();
}

constexpr Resource kCluster = {"cluster", "envoy.config.cluster.v3.Cluster"};
constexpr Resource kListener = {"listener", "envoy.config.listener.v3.Listener"};
constexpr Resource kSecret = {"secret", "envoy.extensions.transport_sockets.tls.v3.Secret"};

// Calls `on_http` for each connection manager of the version that serves.
template <typename OnHttp>
void ForEachHttp(const FilterChain& chain, OnHttp on_http) {
  for (const auto& filter : chain.filters()) {
    HttpConnectionManager http;
    if (filter.typed_config().Is<HttpConnectionManager>() &&
        filter.typed_config().UnpackTo(&http)) {
      on_http(http);
    }
  }
}

template <typename OnHttp>
void ForEachHttp(const LedgerEntry& entry, OnHttp on_http) {
  Listener listener;
  const Version running = Running(entry);
  if (running.bytes == nullptr || !listener.ParseFromString(*running.bytes)) return;
  for (const FilterChain& chain : listener.filter_chains()) ForEachHttp(chain, on_http);
  if (listener.has_default_filter_chain()) ForEachHttp(listener.default_filter_chain(), on_http);
}

constexpr std::string_view kScopeType = "envoy.config.route.v3.ScopedRouteConfiguration";

}  // namespace

void WriteClusterEntry(const LedgerEntry& entry, DumpArray& array) {
  WriteFlat(entry, Running(entry), kCluster, array);
}

void WriteWarmingCluster(const LedgerEntry& entry, DumpArray& array) {
  WriteFlat(entry, Newest(entry), kCluster, array);
}

void WriteEndpointEntry(const LedgerEntry& entry, DumpArray& array) {
  WriteFlat(entry, Running(entry),
            {"endpoint_config", "envoy.config.endpoint.v3.ClusterLoadAssignment"}, array);
}

void WriteScopeEntry(const LedgerEntry& entry, DumpArray& array) {
  const Version running = Running(entry);
  JsonBuilder& json = array.Item();
  json.BeginObject();
  json.StringField("name", entry.name);
  if (!running.version.empty()) json.StringField("version_info", running.version);
  if (running.bytes != nullptr) {
    json.Key("scoped_route_configs");
    json.BeginArray();
    WriteAny(kScopeType, *running.bytes, json);
    json.EndArray();
  }
  WriteUpdated(running, json);
  WriteStatus(entry, kScopeType, json);
  json.EndObject();
}

void WriteRouteEntry(const LedgerEntry& entry, DumpArray& array) {
  WriteFlat(entry, Running(entry), {"route_config", "envoy.config.route.v3.RouteConfiguration"},
            array);
}

void WriteSecretEntry(const LedgerEntry& entry, DumpArray& array) {
  JsonBuilder& json = array.Item();
  json.BeginObject();
  json.StringField("name", entry.name);
  if (!entry.is_static) {
    WriteVersion(Running(entry), kSecret, json);
  } else if (entry.bytes != nullptr) {  // nothing else, as in Envoy
    WriteBytes(kSecret, *entry.bytes, json);
  }
  WriteStatus(entry, kSecret.type, json);
  json.EndObject();
}

void WriteExtensionEntry(const LedgerEntry& entry, DumpArray& array) {
  WriteFlat(entry, Running(entry), {"ecds_filter", "envoy.config.core.v3.TypedExtensionConfig"},
            array);
}

void WriteStaticListener(const LedgerEntry& entry, DumpArray& array) {
  WriteFlat(entry, Running(entry), kListener, array);
}

void WriteDynamicListener(const LedgerEntry& entry, DumpArray& array) {
  JsonBuilder& json = array.Item();
  json.BeginObject();
  json.StringField("name", entry.name);
  const auto write = [&](std::string_view key, const Version& version) {
    json.Key(key);
    json.BeginObject();
    WriteVersion(version, kListener, json);
    json.EndObject();
  };
  const bool is_warming = !entry.waits_for.empty();
  if (entry.bytes != nullptr && (!is_warming || entry.former.has_value())) {
    write("active_state", Running(entry));
  }
  if (entry.bytes != nullptr && is_warming) write("warming_state", Newest(entry));
  WriteStatus(entry, kListener.type, json);
  json.EndObject();
}

void WriteInlineEndpoints(const LedgerEntry& entry, DumpArray& array) {
  envoy::config::cluster::v3::Cluster cluster;
  const Version running = Running(entry);
  if (running.bytes == nullptr || !cluster.ParseFromString(*running.bytes)) return;
  if (!cluster.has_load_assignment()) return;
  JsonBuilder& json = array.Item();
  json.BeginObject();
  json.Key("endpoint_config");
  WriteProtoAsAny(cluster.load_assignment(), json);
  WriteUpdated(running, json);
  json.EndObject();
}

void WriteInlineRoutes(const LedgerEntry& entry, DumpArray& array) {
  ForEachHttp(entry, [&](const HttpConnectionManager& http) {
    if (!http.has_route_config()) return;
    JsonBuilder& json = array.Item();
    json.BeginObject();
    json.Key("route_config");
    WriteProtoAsAny(http.route_config(), json);
    WriteUpdated(Running(entry), json);
    json.EndObject();
  });
}

void WriteInlineScopes(const LedgerEntry& entry, DumpArray& array) {
  ForEachHttp(entry, [&](const HttpConnectionManager& http) {
    if (!http.scoped_routes().has_scoped_route_configurations_list()) return;
    JsonBuilder& json = array.Item();
    json.BeginObject();
    json.StringField("name", http.scoped_routes().name());
    json.Key("scoped_route_configs");
    json.BeginArray();
    const auto& list = http.scoped_routes().scoped_route_configurations_list();
    for (const auto& scope : list.scoped_route_configurations()) WriteProtoAsAny(scope, json);
    json.EndArray();
    WriteUpdated(Running(entry), json);
    json.EndObject();
  });
}

}  // namespace outrigger::admin
