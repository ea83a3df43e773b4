// The text of a NACK: every bad resource by name, with its reason as far as the text may be long.
//
// Printable ASCII only: the field is a protobuf string, and a server's parser refuses broken UTF-8.
// Thread: any (pure).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "xds/resource.h"

namespace outrigger::xds {

inline constexpr int kNackCode = 3;  // google.rpc.Code INVALID_ARGUMENT, as gRPC's clients (X4)
inline constexpr size_t kNackMessageBytesMax = 4096;

// Requires: not empty. Ensures: a non-empty text of at most kNackMessageBytesMax.
std::string MakeNackMessage(const std::vector<ResourceError>& errors);

}  // namespace outrigger::xds
