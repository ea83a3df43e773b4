// Resources without the secrets in them, for those who get them whole rather than as JSON.
//
// Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace outrigger::admin {

// A serialized message of that type with "[redacted]" in place of what the API marks as sensitive,
// inside every known Any, too. What a TypedStruct holds is taken out: it is text that only its
// reader understands. Empty when it cannot be read.
std::string RedactedBytes(std::string_view type_url, const std::string& bytes);

}  // namespace outrigger::admin
