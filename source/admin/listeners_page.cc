#include "admin/address_json.h"
#include "admin/pages.h"
#include "base/append_format.h"

namespace outrigger::admin {

namespace {

using Addresses = std::vector<Address>;

template <typename OnListener>
void ForEachListener(const ConfigLedger& ledger, OnListener on_listener) {
  if (ledger.snapshot == nullptr) return;
  const auto& listeners = ledger.snapshot->listeners;
  for (uint32_t i = 0; i < listeners.slot_end(); ++i) {
    const LinkedListener* listener = listeners.Get(ListenerId{i});
    if (listener == nullptr) continue;
    const std::string& name = listener->config->name;
    const auto bound = ledger.bound_addresses.find(name);
    if (bound != ledger.bound_addresses.end()) on_listener(name, bound->second);
  }
}

void WriteMore(const Addresses& addresses, JsonBuilder& json) {
  if (addresses.size() == 1) return;
  json.Key("additional_local_addresses");
  json.BeginArray();
  for (size_t i = 1; i < addresses.size(); ++i) WriteAddress(addresses[i], json);
  json.EndArray();
}

}  // namespace

// Those that are active; a warming one is in /config_dump.
void ServeListeners(const AdminRequest& request, AdminResponse& response) {
  if (request.query.Get("format") != "json") {
    ForEachListener(*request.ledger, [&](const std::string& name, const Addresses& addresses) {
      for (const Address& address : addresses) {
        AppendFormat(response.body, "{}::{}\n", name, address.ToString());
      }
    });
    return;
  }
  JsonBuilder json;
  json.BeginObject();
  json.Key("listener_statuses");
  json.BeginArray();
  ForEachListener(*request.ledger, [&](const std::string& name, const Addresses& addresses) {
    json.BeginObject();
    json.StringField("name", name);
    json.Key("local_address");
    WriteAddress(addresses[0], json);
    WriteMore(addresses, json);
    json.EndObject();
  });
  json.EndArray();
  json.EndObject();
  response.content_type = kJsonType;
  response.body = json.Take();
}

}  // namespace outrigger::admin
