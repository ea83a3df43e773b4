// An entry for an access log service: what a LogEntry says as a message of
// envoy.data.accesslog.v3, written as the one field of the list that entries travel in.
//
// So entries that stand one behind the other are that list, and each tells where it ends.
//
// Thread: any (pure). Source: envoy/data/accesslog/v3/accesslog.proto,
// envoy/service/accesslog/v3/als.proto.
#pragma once

#include <string>
#include <string_view>

#include "logging/entry_form.h"
#include "logging/log_entry.h"

namespace outrigger::logging {

void AppendEntry(const EntryForm& form, const LogEntry& entry, std::string& text);
// How long the first of them is; 0: there is none, or no whole one's beginning. `begin` holds at
// least kEntryBeginBytes, or all there is.
inline constexpr size_t kEntryBeginBytes = 11;
size_t FirstEntryBytes(std::string_view begin);

// A message of the stream: entries of one kind; `identifier` is that of the stream's first message,
// empty in further ones.
std::string StreamMessage(EntryKind kind, std::string_view identifier, std::string_view entries);
// `node` is a serialized envoy.config.core.v3.Node.
std::string StreamIdentifier(std::string_view node, std::string_view log_name);

}  // namespace outrigger::logging
