// Hash tables keep the room that they once needed; configuration comes and goes by thousands.
//
// Thread: that of the table.
#pragma once

#include <cstddef>

namespace outrigger {

// Gives back the room of an absl hash table that has become nearly empty. Invalidates iterators.
template <typename Table>
void ShrinkIfSparse(Table& table) {
  constexpr size_t kSmall = 64;
  if (table.capacity() > kSmall && table.size() < table.capacity() / 8) table.rehash(0);
}

}  // namespace outrigger
