// A block of IP addresses: those that share a prefix ("10.0.0.0/8"). A Unix path is in none.
//
// Thread: any (values).
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "net/address.h"

namespace outrigger {

class AddressRange {
 public:
  // Bits behind the prefix do not matter. The port does not either.
  static absl::StatusOr<AddressRange> From(const Address& address, uint32_t prefix_bits);

  bool Contains(const Address& address) const;
  bool operator==(const AddressRange&) const = default;

 private:
  AddressRange(const Address& address, uint32_t prefix_bits)
      : address_(address), prefix_bits_(prefix_bits) {}

  Address address_;
  uint32_t prefix_bits_;
};

}  // namespace outrigger
