#include "admin/json_builder.h"
#include "admin/pages.h"

namespace outrigger::admin {

// What warming listeners wait for. `mask` may name that component, as in Envoy; there is no other.
void ServeInitDump(const AdminRequest& request, AdminResponse& response) {
  response.content_type = kJsonType;
  const std::string_view mask = request.query.Get("mask");
  JsonBuilder json;
  json.BeginObject();
  bool has_items = false;
  for (const LedgerEntry& listener : request.ledger->listeners) {
    if (listener.waits_for.empty() || (!mask.empty() && mask != "listener")) continue;
    if (!has_items) {
      json.Key("unready_targets_dumps");
      json.BeginArray();
      has_items = true;
    }
    json.BeginObject();
    json.StringField("name", "listener " + listener.name);
    json.Key("target_names");
    json.BeginArray();
    json.String(listener.waits_for);
    json.EndArray();
    json.EndObject();
  }
  if (has_items) json.EndArray();
  json.EndObject();
  response.body = json.Take();
}

}  // namespace outrigger::admin
