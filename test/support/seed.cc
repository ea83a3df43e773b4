#include "test/support/seed.h"

#include <cstdlib>
#include <iostream>
#include <random>
#include <string_view>

namespace outrigger::test {

uint64_t SeedOfTheRun() {
  const char* given = std::getenv("OUTRIGGER_SEED");
  uint64_t seed = 1;
  if (given != nullptr) {
    const bool is_random = std::string_view(given) == "random";
    seed = is_random ? std::random_device()() : std::strtoull(given, nullptr, 10);
  }
  // Flushed: after a crash there is no one to say it.
  std::cout << "replay with OUTRIGGER_SEED=" << seed << std::endl;
  return seed;
}

}  // namespace outrigger::test
