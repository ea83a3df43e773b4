#include "admin/address_json.h"
#include "admin/pages.h"
#include "base/append_format.h"

namespace outrigger::admin {

namespace {

template <typename OnListener>
void ForEachListener(const ConfigLedger& ledger, OnListener on_listener) {
  if (ledger.snapshot == nullptr) return;
  const auto& listeners = ledger.snapshot->listeners;
  for (uint32_t i = 0; i < listeners.slot_end(); ++i) {
    const LinkedListener* listener = listeners.Get(ListenerId{i});
    if (listener != nullptr) on_listener(*listener->config);
  }
}

}  // namespace

// Those that are active; a warming one is in /config_dump.
void ServeListeners(const AdminRequest& request, AdminResponse& response) {
  if (request.query.Get("format") != "json") {
    ForEachListener(*request.ledger, [&](const ListenerConfig& listener) {
      AppendFormat(response.body, "{}::{}\n", listener.name, listener.address.ToString());
    });
    return;
  }
  JsonBuilder json;
  json.BeginObject();
  json.Key("listener_statuses");
  json.BeginArray();
  ForEachListener(*request.ledger, [&](const ListenerConfig& listener) {
    json.BeginObject();
    json.StringField("name", listener.name);
    json.Key("local_address");
    WriteAddress(listener.address, json);
    json.EndObject();
  });
  json.EndArray();
  json.EndObject();
  response.content_type = kJsonType;
  response.body = json.Take();
}

}  // namespace outrigger::admin
