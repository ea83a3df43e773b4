#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "admin/address_json.h"
#include "admin/name_filter.h"
#include "admin/pages.h"
#include "base/append_format.h"
#include "cluster/endpoint_stats.h"

namespace outrigger::admin {

namespace {

// What is shown of one cluster.
struct ClusterView {
  const Cluster& cluster;
  const EndpointSet* endpoints;  // null: none known
  bool is_added_by_xds;
};

std::string_view HealthFlags(EdsHealth health) {
  switch (health) {
    case EdsHealth::kUnknown:
    case EdsHealth::kHealthy:
      return "healthy";
    case EdsHealth::kUnhealthy:
    case EdsHealth::kTimeout:
      return "/failed_eds_health";
    case EdsHealth::kDraining:
      return "/eds_status_draining";
    case EdsHealth::kDegraded:
      return "/degraded_eds_health";
  }
  return "healthy";
}

std::string_view HealthName(EdsHealth health) {
  switch (health) {
    case EdsHealth::kUnknown:
    case EdsHealth::kHealthy:
      return "HEALTHY";
    case EdsHealth::kUnhealthy:
      return "UNHEALTHY";
    case EdsHealth::kDraining:
      return "DRAINING";
    case EdsHealth::kTimeout:
      return "UNHEALTHY";  // as Envoy shows it
    case EdsHealth::kDegraded:
      return "DEGRADED";
  }
  return "UNKNOWN";
}

Locality LocalityOf(const EndpointSet& set, const Endpoint& endpoint) {
  return endpoint.locality_index < set.localities.size() ? set.localities[endpoint.locality_index]
                                                         : Locality();
}

std::shared_ptr<const stats::Scope> NumbersOf(const ClusterView& view, const Endpoint& endpoint) {
  const stats::ScopeParts* parts = view.cluster.stats->FindParts();
  return parts == nullptr ? nullptr : parts->Find(endpoint.address.ToString());
}

// Nobody has used the endpoint yet: everything is zero.
uint64_t NumberIn(const stats::Scope* numbers, size_t metric) {
  return numbers == nullptr ? 0 : numbers->Sum(metric);
}

void WriteText(const ClusterView& view, std::string& text) {
  const std::string& name = view.cluster.name;
  const CircuitLimits& limits = view.cluster.limits;
  AppendFormat(text, "{}::observability_name::{}\n", name, view.cluster.stat_name);
  const auto limit = [&](std::string_view key, uint32_t value) {
    AppendFormat(text, "{}::default_priority::{}::{}\n", name, key, value);
  };
  limit("max_connections", limits.max_connections);
  limit("max_pending_requests", limits.max_pending_requests);
  limit("max_requests", limits.max_requests);
  limit("max_retries", limits.max_retries);
  AppendFormat(text, "{}::added_via_api::{}\n", name, view.is_added_by_xds);
  if (view.endpoints == nullptr) return;
  for (const Endpoint& endpoint : view.endpoints->endpoints) {
    const std::string start = fmt::format("{}::{}::", name, endpoint.address.ToString());
    const Locality locality = LocalityOf(*view.endpoints, endpoint);
    const auto numbers = NumbersOf(view, endpoint);
    for (size_t i = 0; i < kEndpointStatCount; ++i) {
      AppendFormat(text, "{}{}::{}\n", start, kEndpointFamily.metrics[i].name,
                   NumberIn(numbers.get(), i));
    }
    AppendFormat(text, "{}hostname::{}\n", start, endpoint.hostname);
    AppendFormat(text, "{}health_flags::{}\n", start, HealthFlags(endpoint.eds_health));
    AppendFormat(text, "{}weight::{}\n", start, endpoint.weight);
    AppendFormat(text, "{}region::{}\n", start, locality.region);
    AppendFormat(text, "{}zone::{}\n", start, locality.zone);
    AppendFormat(text, "{}sub_zone::{}\n", start, locality.sub_zone);
    AppendFormat(text, "{}canary::false\n", start);
    AppendFormat(text, "{}priority::{}\n", start, endpoint.priority);
    // Nobody works out success rates yet: Envoy's "too little to tell".
    AppendFormat(text, "{0}success_rate::-1\n{0}local_origin_success_rate::-1\n", start);
  }
}

// As protojson writes envoy.admin.v3.SimpleMetric: what is a default is left out.
void WriteCount(size_t metric, uint64_t number, JsonBuilder& json) {
  json.BeginObject();
  if (kEndpointFamily.metrics[metric].kind == stats::Kind::kGauge) {
    json.StringField("type", "GAUGE");
  }
  if (number != 0) json.StringField("value", fmt::to_string(number));
  json.StringField("name", kEndpointFamily.metrics[metric].name);
  json.EndObject();
}

void WriteCounts(const stats::Scope* numbers, JsonBuilder& json) {
  json.Key("stats");
  json.BeginArray();
  for (const stats::Kind kind : {stats::Kind::kCounter, stats::Kind::kGauge}) {
    for (size_t i = 0; i < kEndpointStatCount; ++i) {
      if (kEndpointFamily.metrics[i].kind != kind) continue;
      WriteCount(i, NumberIn(numbers, i), json);
    }
  }
  json.EndArray();
}

void WriteHost(const ClusterView& view, const Endpoint& endpoint, JsonBuilder& json) {
  const EndpointSet& set = *view.endpoints;
  json.BeginObject();
  json.Key("address");
  WriteAddress(endpoint.address, json);
  WriteCounts(NumbersOf(view, endpoint).get(), json);
  json.Key("health_status");
  json.BeginObject();
  json.StringField("eds_health_status", HealthName(endpoint.eds_health));
  json.EndObject();
  json.LiteralField("weight", fmt::to_string(endpoint.weight));
  if (!endpoint.hostname.empty()) json.StringField("hostname", endpoint.hostname);
  if (endpoint.priority != 0) json.LiteralField("priority", fmt::to_string(endpoint.priority));
  json.Key("locality");
  json.BeginObject();
  const Locality locality = LocalityOf(set, endpoint);
  if (!locality.region.empty()) json.StringField("region", locality.region);
  if (!locality.zone.empty()) json.StringField("zone", locality.zone);
  if (!locality.sub_zone.empty()) json.StringField("sub_zone", locality.sub_zone);
  json.EndObject();
  json.EndObject();
}

void WriteLimits(const CircuitLimits& limits, JsonBuilder& json) {
  json.BeginObject();
  json.Key("thresholds");
  json.BeginArray();
  json.BeginObject();
  json.LiteralField("max_connections", fmt::to_string(limits.max_connections));
  json.LiteralField("max_pending_requests", fmt::to_string(limits.max_pending_requests));
  json.LiteralField("max_requests", fmt::to_string(limits.max_requests));
  json.LiteralField("max_retries", fmt::to_string(limits.max_retries));
  json.EndObject();
  json.EndArray();
  json.EndObject();
}

void WriteJson(const ClusterView& view, JsonBuilder& json) {
  json.BeginObject();
  json.StringField("name", view.cluster.name);
  if (view.is_added_by_xds) json.LiteralField("added_via_api", "true");
  if (view.endpoints != nullptr && !view.endpoints->endpoints.empty()) {
    json.Key("host_statuses");
    json.BeginArray();
    for (const Endpoint& endpoint : view.endpoints->endpoints) {
      WriteHost(view, endpoint, json);
    }
    json.EndArray();
  }
  json.Key("circuit_breakers");
  WriteLimits(view.cluster.limits, json);
  json.StringField("observability_name", view.cluster.stat_name);
  if (view.cluster.type == ClusterType::kEds && view.cluster.eds_name != view.cluster.name) {
    json.StringField("eds_service_name", view.cluster.eds_name);
  }
  json.EndObject();
}

// The page, a few clusters a piece.
class ClusterPages {
 public:
  static constexpr size_t kPieceBytes = 8 * 1024;

  ClusterPages(std::shared_ptr<const ConfigLedger> ledger,
               std::function<bool(std::string_view)> filter, bool is_json)
      : ledger_(std::move(ledger)), filter_(std::move(filter)), is_json_(is_json) {}

  bool Append(std::string& piece);

 private:
  std::optional<ClusterView> NextView();
  bool IsAddedByXds(const std::string& name) const;

  const std::shared_ptr<const ConfigLedger> ledger_;
  const std::function<bool(std::string_view)> filter_;
  const bool is_json_;
  bool is_begun_ = false;
  uint32_t next_slot_ = 0;
  JsonBuilder json_;
};

bool ClusterPages::IsAddedByXds(const std::string& name) const {
  const auto entry = std::lower_bound(
      ledger_->clusters.begin(), ledger_->clusters.end(), name,
      [](const LedgerEntry& one, const std::string& wanted) { return one.name < wanted; });
  return entry != ledger_->clusters.end() && entry->name == name && !entry->is_static;
}

std::optional<ClusterView> ClusterPages::NextView() {
  const ConfigSnapshot* snapshot = ledger_->snapshot.get();
  while (snapshot != nullptr && next_slot_ < snapshot->clusters.slot_end()) {
    const ClusterId id{next_slot_++};
    const Cluster* cluster = snapshot->clusters.Get(id);
    if (cluster == nullptr || (filter_ && !filter_(cluster->name))) continue;
    return ClusterView{*cluster, snapshot->endpoints.Get(id), IsAddedByXds(cluster->name)};
  }
  return std::nullopt;
}

bool ClusterPages::Append(std::string& piece) {
  if (is_json_ && !std::exchange(is_begun_, true)) {
    json_.BeginObject();
    json_.Key("cluster_statuses");
    json_.BeginArray();
  }
  while (piece.size() < kPieceBytes) {
    const std::optional<ClusterView> view = NextView();
    if (!view.has_value()) {
      if (!is_json_) return false;
      json_.EndArray();
      json_.EndObject();
      piece += json_.Take();
      return false;
    }
    if (is_json_) {
      WriteJson(*view, json_);
      piece += json_.Take();
    } else {
      WriteText(*view, piece);
    }
  }
  return true;
}

}  // namespace

void ServeClusters(const AdminRequest& request, AdminResponse& response) {
  std::function<bool(std::string_view)> filter;
  if (const std::string_view pattern = request.query.Get("filter"); !pattern.empty()) {
    auto compiled = CompileNameFilter(pattern, Anchor::kPart);
    if (!compiled.ok()) {
      response.status = 400;
      response.body = std::string(compiled.status().message());
      return;
    }
    filter = *std::move(compiled);
  }
  const bool is_json = request.query.Get("format") == "json";
  if (is_json) response.content_type = kJsonType;
  auto pages = std::make_unique<ClusterPages>(request.ledger, std::move(filter), is_json);
  response.next_piece = [pages = std::move(pages)](std::string& piece) {
    return pages->Append(piece);
  };
}

}  // namespace outrigger::admin
