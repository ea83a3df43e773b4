#include "net/address_range.h"

#include <fmt/format.h>
#include <netinet/in.h>

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
  return AddressRange(address, prefix_bits);
}

bool AddressRange::Contains(const Address& address) const {
  if (address.family() != address_.family()) return false;
  const std::string_view mine = BytesOf(address_);
  const std::string_view other = BytesOf(address);
  const size_t whole_bytes = prefix_bits_ / 8;
  if (mine.substr(0, whole_bytes) != other.substr(0, whole_bytes)) return false;
  const uint32_t rest = prefix_bits_ % 8;
  if (rest == 0) return true;
  const int difference = mine[whole_bytes] ^ other[whole_bytes];
  return (difference & (0xff << (8 - rest)) & 0xff) == 0;
}

}  // namespace outrigger
