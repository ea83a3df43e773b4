// The seed of what a test draws by chance.
//
// Thread: any.
#pragma once

#include <cstdint>

namespace outrigger::test {

// OUTRIGGER_SEED, a number or "random"; else the same for every run: a change is to be judged by
// what it brings, not by a mistake that was there before and that chance finds now. Finding those
// is the work of libFuzzer (`tools/test --fuzz`) and of random seeds. Says how to replay it.
uint64_t SeedOfTheRun();

}  // namespace outrigger::test
