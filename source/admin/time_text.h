// Times as proto3 JSON has them.
//
// Thread: any.
#pragma once

#include <string>

#include "base/clock.h"

namespace outrigger::admin {

// "2026-11-24T14:19:04.049Z"
std::string TimestampText(WallTime time);
// "2026-11-24T14:19:04Z"
std::string TimestampInSeconds(WallTime time);
// Whole seconds: "65s"
std::string SecondsText(Duration duration);

}  // namespace outrigger::admin
