// What the example service answers and the load client expects: one line with the request's id and
// a hash of id and version, then filler. Both programs compute it, so that an answer meant for
// somebody else, cut short or doubled is noticed.
//
// Thread: any.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace outrigger::load {

inline constexpr std::string_view kIdHeader = "x-demo-id";
inline constexpr std::string_view kEchoHeader = "x-request-echo";
inline constexpr std::string_view kVersionHeader = "x-service-version";
inline constexpr std::string_view kNameHeader = "x-service-name";
inline constexpr std::string_view kBytesHeader = "x-body-bytes";

inline constexpr size_t kBodyBytesMax = 16 * 1024 * 1024;

// At least the first line, filled up to `bytes_min`.
std::string AnswerBody(std::string_view id, std::string_view version, size_t bytes_min);

}  // namespace outrigger::load
