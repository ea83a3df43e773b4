// Formats onto the end of a string.
//
// One function does the work for all: fmt::format_to(std::back_inserter(text), ...) compiles fmt's
// whole formatter anew in every file that calls it, which is seconds each.
//
// Thread: any.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace outrigger {

void AppendFormatted(std::string& text, std::string_view format, fmt::format_args args);

template <typename... Args>
void AppendFormat(std::string& text, fmt::format_string<Args...> format, Args&&... args) {
  const fmt::string_view checked = format;
  AppendFormatted(text, {checked.data(), checked.size()}, fmt::make_format_args(args...));
}

}  // namespace outrigger
