// A share of many: 3 of 100.
//
// Thread: any (a value). Source: envoy/type/v3 FractionalPercent.
#pragma once

#include <cstdint>

namespace outrigger {

struct Fraction {
  uint32_t numerator = 0;
  uint32_t denominator = 100;
  bool operator==(const Fraction&) const = default;

  // Whether `draw`, any number, is among them.
  bool Holds(uint64_t draw) const { return draw % denominator < numerator; }
};

}  // namespace outrigger
