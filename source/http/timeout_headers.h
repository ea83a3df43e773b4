// Times in header fields: bounded and saturating, whatever a peer writes (R76).
//
// Thread: any (pure). Source: gRPC over HTTP/2 ("Timeout").
#pragma once

#include <optional>
#include <string_view>

#include "base/arena.h"
#include "base/clock.h"

namespace outrigger::http {

// Longer than any process lives, and far from where times overflow.
inline constexpr Duration kTimeoutMax = std::chrono::hours(24 * 365 * 100);

// grpc-timeout: up to eight digits and a unit; parts of a millisecond count as one. Nothing when it
// is malformed.
std::optional<Duration> ParseGrpcTimeout(std::string_view text);
// In the smallest unit from milliseconds on in which it has eight digits.
std::string_view FormatGrpcTimeout(Duration timeout, Arena& arena);

// A number of milliseconds: digits only.
std::optional<Duration> ParseMilliseconds(std::string_view text);
std::string_view FormatMilliseconds(Duration timeout, Arena& arena);

}  // namespace outrigger::http
