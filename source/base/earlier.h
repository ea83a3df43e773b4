// Thread: any (pure).
#pragma once

#include <algorithm>
#include <optional>

#include "base/clock.h"

namespace outrigger {

// Of two times that there may be; unset: there is neither.
inline std::optional<MonotonicTime> Earlier(std::optional<MonotonicTime> one,
                                            std::optional<MonotonicTime> other) {
  if (!one.has_value() || !other.has_value()) return one.has_value() ? one : other;
  return std::min(*one, *other);
}

}  // namespace outrigger
