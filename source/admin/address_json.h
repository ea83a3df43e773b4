// An address as envoy.config.core.v3.Address in JSON.
//
// Thread: any.
#pragma once

#include "admin/json_builder.h"
#include "net/address.h"

namespace outrigger::admin {

void WriteAddress(const Address& address, JsonBuilder& json);

}  // namespace outrigger::admin
