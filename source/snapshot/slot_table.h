// A table of immutable slots by dense id, in chunks of 256 that are copied on write: a snapshot
// that differs in one slot shares every other chunk with its predecessor.
//
// Built and copied by control; read by workers without any reference counting.
//
// Thread: With...: control. Get: any holder of the snapshot.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/ids.h"

namespace outrigger {

template <typename IdType, typename T>
class SlotTable {
 public:
  static constexpr uint32_t kChunkSlots = 256;

  // Null when the slot is empty or beyond the table.
  const T* Get(IdType id) const { return Slot(id).get(); }
  // The owning pointer of a slot; for pins.
  const std::shared_ptr<const T>& Slot(IdType id) const {
    static const std::shared_ptr<const T> kEmpty;
    const uint32_t chunk = id.value / kChunkSlots;
    if (!id.is_set() || chunk >= chunks_.size() || chunks_[chunk] == nullptr) return kEmpty;
    return (*chunks_[chunk])[id.value % kChunkSlots];
  }

  // Copies the one chunk that holds `id`, unless this table is its only owner.
  void Set(IdType id, std::shared_ptr<const T> value) {
    const uint32_t chunk = id.value / kChunkSlots;
    if (chunk >= chunks_.size()) {
      if (value == nullptr) return;
      chunks_.resize(chunk + 1);
    }
    std::shared_ptr<Chunk>& held = chunks_[chunk];
    if (held == nullptr) {
      held = std::make_shared<Chunk>();
    } else if (held.use_count() > 1) {
      held = std::make_shared<Chunk>(*held);
    }
    const bool empties = value == nullptr;
    (*held)[id.value % kChunkSlots] = std::move(value);
    if (empties && std::ranges::all_of(*held, IsEmpty)) held = nullptr;
  }

  // True only if no slot differs; a slot that was set to what it was is taken for another one.
  bool SharesAllWith(const SlotTable& other) const { return chunks_ == other.chunks_; }

  uint32_t slot_end() const { return static_cast<uint32_t>(chunks_.size()) * kChunkSlots; }

 private:
  using Chunk = std::array<std::shared_ptr<const T>, kChunkSlots>;
  static bool IsEmpty(const std::shared_ptr<const T>& slot) { return slot == nullptr; }
  std::vector<std::shared_ptr<Chunk>> chunks_;
};

}  // namespace outrigger
