#include "downstream/request_id.h"

#include <cstddef>
#include <cstdint>

namespace outrigger {

std::string_view MakeRequestId(Random& random, Arena& arena) {
  static constexpr char kDigits[] = "0123456789abcdef";
  static constexpr size_t kGroups[] = {8, 4, 4, 4, 12};
  char text[36];
  char* at = text;
  // RFC 9562 5.4: 122 random bits; the version, 4, in the third group, the variant in the fourth.
  const uint64_t halves[] = {(random.Next() & ~uint64_t{0xf000}) | 0x4000,
                             random.Next() >> 2 | uint64_t{1} << 63};
  size_t digit = 0;
  for (const size_t group : kGroups) {
    if (digit > 0) *at++ = '-';
    for (size_t i = 0; i < group; ++i, ++digit) {
      *at++ = kDigits[halves[digit / 16] >> (60 - digit % 16 * 4) & 0xf];
    }
  }
  return arena.Copy({text, sizeof text});
}

}  // namespace outrigger
