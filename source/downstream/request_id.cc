#include "downstream/request_id.h"

#include <cstdint>

namespace outrigger {

std::string_view MakeRequestId(Random& random, Arena& arena) {
  static constexpr char kHex[] = "0123456789abcdef";
  static constexpr std::string_view kForm = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  char text[kForm.size()];
  uint64_t bits = 0;
  int bits_left = 0;
  for (size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] != 'x' && kForm[i] != 'y') {
      text[i] = kForm[i];
      continue;
    }
    if (bits_left == 0) {
      bits = random.Next();
      bits_left = 64;
    }
    const uint64_t nibble = bits & 0xf;
    bits >>= 4;
    bits_left -= 4;
    text[i] = kHex[kForm[i] == 'x' ? nibble : (nibble & 3) | 8];
  }
  return arena.Copy({text, sizeof text});
}

}  // namespace outrigger
