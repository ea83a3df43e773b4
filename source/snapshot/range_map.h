// Values by blocks of addresses; an address finds that of the smallest block that it is in.
//
// A copyable value, filled by control and const from then on. Thread: any.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "net/address_range.h"

namespace outrigger {

template <typename Value>
class RangeMap {
 public:
  // The value of that block, made when there is none yet.
  Value& operator[](const AddressRange& range) {
    return (range.family() == AF_INET ? v4_ : v6_)[range.prefix_bits()][range];
  }
  // The one for addresses that are in no block.
  Value& rest() {
    if (!rest_.has_value()) rest_.emplace();
    return *rest_;
  }

  // Null: none. Requires: is_ip().
  const Value* Find(const Address& address) const {
    for (const auto& [prefix_bits, values] : address.family() == AF_INET ? v4_ : v6_) {
      const auto found = values.find(AddressRange::Around(address, prefix_bits));
      if (found != values.end()) return &found->second;
    }
    return rest_.has_value() ? &*rest_ : nullptr;
  }

  bool operator==(const RangeMap&) const = default;

 private:
  // By length of the prefix, the longest first.
  using BySize = std::map<uint32_t, std::map<AddressRange, Value>, std::greater<>>;
  BySize v4_;
  BySize v6_;
  std::optional<Value> rest_;
};

}  // namespace outrigger
