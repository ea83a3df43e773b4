#include "test/support/mutant.h"

#include <algorithm>

namespace outrigger::test {

namespace {

size_t Below(size_t end, std::mt19937_64& random) { return end == 0 ? 0 : random() % end; }

void TurnBits(std::string& bytes, std::mt19937_64& random) {
  for (size_t i = 1 + Below(4, random); i > 0 && !bytes.empty(); --i) {
    char& byte = bytes[Below(bytes.size(), random)];
    byte = static_cast<char>(byte ^ (1 << Below(8, random)));
  }
}

std::string Noise(size_t size, std::mt19937_64& random) {
  std::string noise(size, '\0');
  std::generate(noise.begin(), noise.end(), [&] { return static_cast<char>(random()); });
  return noise;
}

}  // namespace

std::string MutantOf(std::string_view good, std::string_view other, std::mt19937_64& random) {
  std::string bytes(good);
  const size_t at = Below(bytes.size() + 1, random);
  switch (random() % 8) {
    case 0:
      return bytes.substr(0, at);
    case 1:
      TurnBits(bytes, random);
      return bytes;
    case 2:
      return bytes.insert(at, Noise(1 + Below(16, random), random));
    case 3:
      return bytes.erase(at, 1 + Below(16, random));
    case 4:
      // A varint of ten bytes where a length may be: more than there is, or below zero.
      return bytes.replace(at, std::min<size_t>(1, bytes.size() - at),
                           "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    case 5:
      return bytes.insert(at, other.substr(Below(other.size() + 1, random)));
    case 6:
      return bytes + bytes;
    default:
      return Noise(Below(200, random), random);
  }
}

}  // namespace outrigger::test
