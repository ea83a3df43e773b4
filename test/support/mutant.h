// Bytes gone wrong: what is left of a good message after a random accident.
//
// Thread: any (pure but for `random`).
#pragma once

#include <random>
#include <string>
#include <string_view>

namespace outrigger::test {

// Cut off, with bits turned, bytes that came in or fell out, lengths that lie, a part of `other` in
// its midst, itself twice, or nothing but noise. Sometimes a good message all the same.
std::string MutantOf(std::string_view good, std::string_view other, std::mt19937_64& random);

}  // namespace outrigger::test
