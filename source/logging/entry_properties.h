// What entries of both kinds say: envoy.data.accesslog.v3.AccessLogCommon.
//
// Thread: any (pure).
#pragma once

#include "logging/entry_form.h"
#include "logging/log_entry.h"
#include "logging/proto_writer.h"

namespace outrigger::logging {

// At the message that it is, as `writer` stands.
void WriteProperties(const EntryForm& form, const LogEntry& entry, ProtoWriter& writer);

}  // namespace outrigger::logging
