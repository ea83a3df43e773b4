// Strings as JSON, for writers that compose JSON piece by piece.
//
// Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace outrigger::stats {

// Appends `text` in quotes. Bytes above 0x7f pass as they are.
void AppendJsonString(std::string_view text, std::string& json);
std::string JsonString(std::string_view text);

}  // namespace outrigger::stats
