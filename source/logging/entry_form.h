// What a gRPC logger wants told of an exchange or a connection, as its configuration says.
//
// Thread: any (const after compile).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "logging/named_field.h"

namespace outrigger::logging {

// envoy.data.accesslog.v3: HTTPAccessLogEntry or TCPAccessLogEntry.
enum class EntryKind : uint8_t { kHttp, kTcp };

// A word of the configuration's own beside each entry.
struct EntryTag {
  std::string name;
  FieldName field;    // of the request, whose value it is; no name: always `value`
  std::string value;  // where the request has no such field; empty: then there is no tag
  bool operator==(const EntryTag&) const = default;
};

struct EntryForm {
  EntryKind kind = EntryKind::kHttp;
  std::vector<EntryTag> tags;
  // kHttp: fields that are told beside those of all entries.
  std::vector<FieldName> request_fields;
  std::vector<FieldName> response_fields;
  std::vector<FieldName> trailer_fields;
  bool operator==(const EntryForm&) const = default;
};

}  // namespace outrigger::logging
