// How the names of fields are read and written on one side of an HTTP/1 connection.
//
// Thread: any (values). Source: envoy/config/core/v3/protocol.proto, Http1ProtocolOptions.
#pragma once

#include <cstdint>

namespace outrigger::http::http1 {

// How names are written that came otherwise, or whose original nobody kept.
enum class HeaderCase : uint8_t {
  kLower,   // content-type
  kProper,  // Content-Type
};

struct Options {
  HeaderCase header_case = HeaderCase::kLower;
  bool keeps_original_names = false;  // of messages that are read, for whoever writes them

  bool operator==(const Options&) const = default;
};

}  // namespace outrigger::http::http1
