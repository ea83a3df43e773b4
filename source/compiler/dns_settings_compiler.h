// typed_dns_resolver_config and its deprecated forerunners -> DnsSettings: whom to ask for names.
//
// Thread: control. Source: envoy/extensions/network/dns_resolver/cares/v3.
#pragma once

#include "base/validation_errors.h"
#include "envoy/config/core/v3/address.pb.h"
#include "envoy/config/core/v3/extension.pb.h"
#include "net/dns_resolver.h"

namespace outrigger::compiler {

using DnsServers = google::protobuf::RepeatedPtrField<envoy::config::core::v3::Address>;

DnsSettings CompileDnsSettings(const envoy::config::core::v3::TypedExtensionConfig& proto,
                               ValidationErrors& errors);
std::vector<Address> CompileDnsServers(const DnsServers& proto, ValidationErrors& errors);

}  // namespace outrigger::compiler
