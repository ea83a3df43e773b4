#include "net/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>

#include "absl/strings/numbers.h"

namespace outrigger {

namespace {

absl::Status NotAnAddress(std::string_view host) {
  return absl::InvalidArgumentError(fmt::format("not an IP address: \"{}\"", host));
}

// By interface name or number, of which 0 means none.
std::optional<uint32_t> ScopeId(const std::string& scope) {
  if (const uint32_t index = if_nametoindex(scope.c_str()); index != 0) return index;
  uint32_t number = 0;
  const bool is_number = scope.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number || !absl::SimpleAtoi(scope, &number)) return std::nullopt;
  return number;
}

std::string ScopeName(uint32_t id) {
  char name[IF_NAMESIZE];
  if (if_indextoname(id, name) != nullptr) return name;
  return fmt::format("{}", id);
}

}  // namespace

absl::StatusOr<Address> Address::FromIp(std::string_view host, uint16_t port) {
  if (host.find('\0') != std::string_view::npos) return NotAnAddress(host);
  std::string text(host);
  Address address;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage_);
  if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    address.size_ = sizeof *v4;
    return address;
  }
  address = Address();
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage_);
  if (const size_t percent = text.find('%'); percent != std::string::npos) {
    const std::optional<uint32_t> scope = ScopeId(text.substr(percent + 1));
    if (!scope.has_value()) return NotAnAddress(host);
    v6->sin6_scope_id = *scope;
    text.resize(percent);
  }
  if (inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) != 1) return NotAnAddress(host);
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(port);
  address.size_ = sizeof *v6;
  return address;
}

absl::StatusOr<Address> Address::FromPath(std::string_view path) {
  Address address;
  auto* unix_address = reinterpret_cast<sockaddr_un*>(&address.storage_);
  if (path.empty() || path.size() >= sizeof unix_address->sun_path ||
      path.find('\0') != std::string_view::npos) {
    return absl::InvalidArgumentError(
        fmt::format("a socket path must have 1 to {} bytes, none of them 0",
                    sizeof unix_address->sun_path - 1));
  }
  unix_address->sun_family = AF_UNIX;
  std::memcpy(unix_address->sun_path, path.data(), path.size());
  const bool is_abstract = path[0] == '@';
  if (is_abstract) unix_address->sun_path[0] = '\0';
  address.size_ =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + (is_abstract ? 0 : 1));
  return address;
}

Address Address::FromSockaddr(const sockaddr* raw, socklen_t length) {
  Address address;
  address.size_ = std::min<socklen_t>(length, sizeof address.storage_);
  std::memcpy(&address.storage_, raw, address.size_);
  // What the kernel tells beside the address must not make equal ones differ.
  if (address.family() == AF_INET && address.size_ >= sizeof(sockaddr_in)) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage_);
    std::memset(v4->sin_zero, 0, sizeof v4->sin_zero);
  } else if (address.family() == AF_INET6 && address.size_ >= sizeof(sockaddr_in6)) {
    reinterpret_cast<sockaddr_in6*>(&address.storage_)->sin6_flowinfo = 0;
  }
  return address;
}

uint16_t Address::port() const {
  if (family() == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in*>(&storage_)->sin_port);
  if (family() == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage_)->sin6_port);
  }
  return 0;
}

std::string Address::ip() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (family() == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&storage_)->sin_addr, text,
              sizeof text);
  } else if (family() == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&storage_);
    inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
    if (v6->sin6_scope_id != 0) return fmt::format("{}%{}", text, ScopeName(v6->sin6_scope_id));
  }
  return text;
}

std::string Address::path() const {
  if (family() != AF_UNIX) return {};
  const auto* unix_address = reinterpret_cast<const sockaddr_un*>(&storage_);
  const size_t header = offsetof(sockaddr_un, sun_path);
  if (size_ <= header) return {};
  std::string path(unix_address->sun_path, size_ - header);
  if (path[0] == '\0') {
    path[0] = '@';
  } else {
    path.resize(strnlen(path.c_str(), path.size()));
  }
  return path;
}

std::string Address::ToString() const {
  if (family() == AF_INET) return fmt::format("{}:{}", ip(), port());
  if (family() == AF_INET6) return fmt::format("[{}]:{}", ip(), port());
  return path();
}

bool Address::operator==(const Address& other) const {
  return size_ == other.size_ && std::memcmp(&storage_, &other.storage_, size_) == 0;
}

}  // namespace outrigger
