#include "net/address_range.h"

#include <fmt/format.h>
#include <netinet/in.h>

#include <cstring>
#include <string_view>

namespace outrigger {

namespace {

// In network order.
std::string_view BytesOf(const Address& address) {
  if (address.family() == AF_INET) {
    const auto* ip = reinterpret_cast<const sockaddr_in*>(address.data());
    return {reinterpret_cast<const char*>(&ip->sin_addr), sizeof ip->sin_addr};
  }
  if (address.family() == AF_INET6) {
    const auto* ip = reinterpret_cast<const sockaddr_in6*>(address.data());
    return {reinterpret_cast<const char*>(&ip->sin6_addr), sizeof ip->sin6_addr};
  }
  return {};
}

}  // namespace

absl::StatusOr<AddressRange> AddressRange::From(const Address& address, uint32_t prefix_bits) {
  const size_t bits_max = 8 * BytesOf(address).size();
  if (bits_max == 0) return absl::InvalidArgumentError("is not an IP address");
  if (prefix_bits > bits_max) {
    return absl::InvalidArgumentError(fmt::format("must be at most {}", bits_max));
  }
  return Around(address, prefix_bits);
}

AddressRange AddressRange::Around(const Address& address, uint32_t prefix_bits) {
  AddressRange range;
  range.family_ = address.family();
  range.prefix_bits_ = static_cast<uint8_t>(prefix_bits);
  const size_t whole_bytes = prefix_bits / 8;
  const uint32_t rest = prefix_bits % 8;
  std::memcpy(range.prefix_.data(), BytesOf(address).data(), whole_bytes + (rest == 0 ? 0 : 1));
  if (rest != 0) range.prefix_[whole_bytes] &= static_cast<uint8_t>(0xff << (8 - rest));
  return range;
}

bool AddressRange::Contains(const Address& address) const {
  return address.family() == family_ && Around(address, prefix_bits_) == *this;
}

}  // namespace outrigger
