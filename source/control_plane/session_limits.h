// What holds for sessions of both protocols.
//
// Thread: any (constants).
#pragma once

#include <cstddef>

namespace outrigger::control_plane {

inline constexpr size_t kNamesMax = 200'000;  // of one type, asked for or told
// A response is closed when it has grown beyond this, if it need not be whole; the rest follows
// when it is acknowledged.
inline constexpr size_t kResponseBytesSoftMax = 4 * 1024 * 1024;

}  // namespace outrigger::control_plane
