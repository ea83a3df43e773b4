#include "cluster/lb/round_robin.h"

#include "base/check.h"
#include "cluster/lb/pick_table.h"

namespace outrigger {

std::optional<uint32_t> PickRoundRobin(const EndpointSet& set, RoundRobinCursor& cursor,
                                       Random& random, uint32_t panic_percent) {
  OUTRIGGER_CHECK(set.picks != nullptr);
  if (!cursor.is_started) {
    for (uint64_t& offset : cursor.offsets) offset = random.Next();
    cursor.is_started = true;
  }
  const auto [rotation, priority, is_panic] = set.picks->Choose(random.Next(), panic_percent);
  cursor.is_panic = is_panic;
  if (rotation == nullptr || rotation->empty()) return std::nullopt;
  uint64_t& offset = cursor.offsets[priority % RoundRobinCursor::kPlaces];
  // The endpoints may have changed since the last pick: the place stays, as far as it exists.
  const uint64_t current = offset % rotation->size;
  offset = (current + rotation->stride) % rotation->size;
  return rotation->EndpointAt(current);
}

}  // namespace outrigger
