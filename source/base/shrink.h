// Containers that follow what is configured: it comes and goes by thousands, and what they hold for
// nothing, or move about, keeps pages from going back to the kernel.
//
// Thread: that of the container.
#pragma once

#include <cstddef>
#include <set>

namespace outrigger {

// Gives back the room of an absl hash table that has become nearly empty. Invalidates iterators.
template <typename Table>
void ShrinkIfSparse(Table& table) {
  constexpr size_t kSmall = 64;
  if (table.capacity() > kSmall && table.size() < table.capacity() / 8) table.rehash(0);
}

// Makes `held` equal to `now`. What it holds already stays where it is: of a few names that are
// left of many, new nodes would lie scattered over all the room that the many had.
template <typename T>
void BecomeInPlace(std::set<T>& held, std::set<T> now) {
  std::erase_if(held, [&](const T& value) { return !now.contains(value); });
  held.merge(now);
}

}  // namespace outrigger
