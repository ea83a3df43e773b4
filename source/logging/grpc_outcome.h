// How a gRPC call ended, as lines and filters say it.
//
// Thread: any (pure). Source: gRPC over HTTP/2 ("Responses").
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "logging/log_entry.h"

namespace outrigger::logging {

// By the trailers, else the head, else the HTTP status. Nothing: it was no gRPC call.
std::optional<uint32_t> GrpcStatusOf(const LogEntry& entry);
// "Unavailable"; empty for a number that means nothing.
std::string_view GrpcStatusName(uint32_t status);

}  // namespace outrigger::logging
