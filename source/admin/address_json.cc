#include "admin/address_json.h"

#include <fmt/format.h>

namespace outrigger::admin {

void WriteAddress(const Address& address, JsonBuilder& json) {
  json.BeginObject();
  if (address.is_ip()) {
    json.Key("socket_address");
    json.BeginObject();
    json.StringField("address", address.ip());
    json.LiteralField("port_value", fmt::to_string(address.port()));
    json.EndObject();
  } else if (address.is_set()) {
    json.Key("pipe");
    json.BeginObject();
    json.StringField("path", address.path());
    json.EndObject();
  }
  json.EndObject();
}

}  // namespace outrigger::admin
