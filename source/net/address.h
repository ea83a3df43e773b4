// A socket address as a value: IPv4, IPv6 or a Unix path. Equal addresses compare equal whatever
// text they came from (v4-mapped IPv6 stays IPv6; scope ids are kept, R70; IPv6 flow labels are
// not).
//
// Thread: any (values).
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

namespace outrigger {

class Address {
 public:
  Address() = default;  // unset: family() == AF_UNSPEC

  // `host` is an IP literal ("10.0.0.1", "::1", "fe80::1%eth0", "fe80::1%2"), never a name.
  static absl::StatusOr<Address> FromIp(std::string_view host, uint16_t port);
  // A path, or an abstract name when it begins with '@'. Relative paths stay relative.
  static absl::StatusOr<Address> FromPath(std::string_view path);
  static Address FromSockaddr(const sockaddr* address, socklen_t length);

  sa_family_t family() const { return storage_.ss_family; }
  bool is_set() const { return family() != AF_UNSPEC; }
  bool is_ip() const { return family() == AF_INET || family() == AF_INET6; }
  uint16_t port() const;  // 0 unless is_ip()
  // Without port or brackets, with the scope ("fe80::1%eth0"); empty unless is_ip().
  std::string ip() const;
  std::string path() const;  // empty unless a Unix address
  // "10.0.0.1:80", "[::1]:80", "/run/x.sock": Envoy's form in stats, logs and admin.
  std::string ToString() const;

  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const { return size_; }

  bool operator==(const Address& other) const;

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

// Abseil's hashing protocol, found by argument-dependent lookup.
template <typename H>
H AbslHashValue(H state, const Address& address) {
  return H::combine_contiguous(std::move(state), reinterpret_cast<const char*>(address.data()),
                               address.size());
}

}  // namespace outrigger
