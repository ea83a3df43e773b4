// Seam: randomness for load balancing, weights, jitter and ids. Not for keys.
//
// Thread: the loop that owns it (one generator per worker; no shared state).
#pragma once

#include <cstdint>

namespace outrigger {

class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t Next() = 0;

  // Uniform in [0, bound). Requires: bound > 0.
  uint64_t Below(uint64_t bound);
};

// xoshiro256++ seeded from getrandom(2), or from a given seed so that a failing run can be
// replayed.
class FastRandom final : public Random {
 public:
  FastRandom();
  explicit FastRandom(uint64_t seed);
  uint64_t Next() override;

 private:
  uint64_t state_[4];
};

}  // namespace outrigger
