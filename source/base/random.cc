#include "base/random.h"

#include <sys/random.h>

#include <bit>
#include <ctime>

namespace outrigger {

uint64_t Random::Below(uint64_t bound) {
  // Lemire's multiply-shift; the bias of 2^-64 * bound does not matter for balancing.
  return static_cast<uint64_t>((static_cast<unsigned __int128>(Next()) * bound) >> 64);
}

FastRandom::FastRandom()
    : FastRandom([] {
        uint64_t seed = 0;
        if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
          seed = static_cast<uint64_t>(time(nullptr));
        return seed;
      }()) {}

FastRandom::FastRandom(uint64_t seed) {
  // SplitMix64 spreads any seed, zero included, over the whole state.
  for (uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15;
    uint64_t mixed = seed;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    word = mixed ^ (mixed >> 31);
  }
}

uint64_t FastRandom::Next() {
  const uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

}  // namespace outrigger
