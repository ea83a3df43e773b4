// Debian's absl::string_view is a type of its own: what Abseil's string functions take.
//
// Thread: any.
#pragma once

#include <string_view>

#include "absl/strings/string_view.h"

namespace outrigger {

inline absl::string_view AbslView(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace outrigger
