// What keeps the bytes of peers from looking like more than a value in a line (R69).
//
// Thread: any (pure).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace outrigger::logging {

enum class Escaping : uint8_t {
  kNone,
  kLine,  // control characters, quotes and backslashes become \xHH: one line, quotes in pairs
  kJson,  // for the inside of a JSON string
};

// Escapes the part of `text` that begins at `start`, in place.
void EscapeFrom(size_t start, Escaping escaping, std::string& text);
// As Envoy in messages: each byte that is part of no UTF-8 sequence becomes "!".
void AppendUtf8(std::string_view value, std::string& text);
void AppendJsonString(std::string_view value, std::string& text);

}  // namespace outrigger::logging
