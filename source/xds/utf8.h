// Thread: any (pure).
#pragma once

#include <string_view>

namespace outrigger::xds {

// As protobuf wants its strings; other bytes must not get into a message.
bool IsUtf8(std::string_view text);

}  // namespace outrigger::xds
