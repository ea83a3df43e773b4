// What filters have noted, as text and as JSON.
//
// Thread: any (pure).
#pragma once

#include <string>

#include "http/metadata.h"

namespace outrigger::logging {

// Keys in order; numbers in their shortest form.
void AppendJson(const http::MetadataValue& value, std::string& text);
// A string as it is, anything else as JSON.
void AppendPlain(const http::MetadataValue& value, std::string& text);

}  // namespace outrigger::logging
