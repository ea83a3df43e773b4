// A block of IP addresses: those that share a prefix ("10.0.0.0/8"). A Unix path is in none.
//
// Thread: any (values).
#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "absl/status/statusor.h"
#include "net/address.h"

namespace outrigger {

class AddressRange {
 public:
  // Bits behind the prefix do not matter. The port does not either.
  static absl::StatusOr<AddressRange> From(const Address& address, uint32_t prefix_bits);
  // The block of that size around an address. Requires: is_ip(), and it has that many bits.
  static AddressRange Around(const Address& address, uint32_t prefix_bits);

  bool Contains(const Address& address) const;
  sa_family_t family() const { return family_; }
  uint32_t prefix_bits() const { return prefix_bits_; }
  bool operator==(const AddressRange&) const = default;
  auto operator<=>(const AddressRange&) const = default;

 private:
  AddressRange() = default;

  sa_family_t family_ = AF_UNSPEC;
  uint8_t prefix_bits_ = 0;
  std::array<uint8_t, 16> prefix_{};  // in network order; zero behind it
};

}  // namespace outrigger
