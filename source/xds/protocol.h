// The two variants of the protocol: what changed, or everything each time.
//
// Thread: any (constants). Source: xds_protocol.rst Four Variants.
#pragma once

#include <cstdint>

namespace outrigger::xds {

enum class Protocol : uint8_t { kDelta, kStateOfTheWorld };

}  // namespace outrigger::xds
