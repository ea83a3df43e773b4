#include "base/back_off.h"

#include <algorithm>

namespace outrigger {

Duration BackOff::Next(Random& random) {
  const auto bound = static_cast<uint64_t>(std::max<Duration::rep>(bound_.count(), 1));
  bound_ = bound_ > max_ / 2 ? max_ : bound_ * 2;
  return Duration(static_cast<Duration::rep>(random.Below(bound)));
}

}  // namespace outrigger
