// Which method of which service a stream is: that of all types, or that of one; and where that one
// is polled.
//
// Thread: any. Source: envoy/service/*/v3.
#pragma once

#include <string_view>

#include "compiler/ads_source.h"
#include "grpc_link/byte_stream.h"

namespace outrigger {

// Requires: a type that is asked for by name or as a whole (compiler/configuration), or none: then
// of all of them.
ByteStreamCall DiscoveryCall(const compiler::AdsSource& source, std::string_view type_url);
// "/v3/discovery:clusters". Requires: the same, but not of all.
std::string_view DiscoveryPath(std::string_view type_url);

}  // namespace outrigger
