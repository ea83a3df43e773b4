// How long to wait before the next try: anything up to a bound, which doubles with each wait up to
// a longest one. Drawn from all of it (full jitter): those who failed together come back apart.
//
// Thread: any (a value, its owner's).
#pragma once

#include "base/clock.h"
#include "base/random.h"

namespace outrigger {

class BackOff {
 public:
  // Requires: 0 <= base <= max.
  BackOff(Duration base, Duration max) : base_(base), max_(max), bound_(base) {}

  Duration Next(Random& random);
  // It has worked: the next wait is up to the base again.
  void Reset() { bound_ = base_; }

 private:
  Duration base_;
  Duration max_;
  Duration bound_;  // of the next wait
};

}  // namespace outrigger
