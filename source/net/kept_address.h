// An Address in a third of its room, for configuration, which holds many: most are of the smallest
// kind, and a Unix path is kept apart. Reads as an Address.
//
// Thread: any (a value).
#pragma once

#include <netinet/in.h>

#include <memory>
#include <string>
#include <utility>

#include "net/address.h"

namespace outrigger {

class KeptAddress {
 public:
  KeptAddress() = default;  // unset
  KeptAddress(const Address& address);

  Address get() const;
  operator Address() const { return get(); }
  std::string ToString() const { return get().ToString(); }
  std::string ip() const { return get().ip(); }
  bool is_ip() const { return get().is_ip(); }
  uint16_t port() const { return get().port(); }
  bool operator==(const KeptAddress& other) const { return get() == other.get(); }
  bool operator==(const Address& other) const { return get() == other; }

 private:
  union Ip {
    sockaddr_in6 v6;
    sockaddr_in v4;
    sockaddr any;
  };

  Ip ip_{};
  socklen_t size_ = 0;
  std::shared_ptr<const Address> other_;  // null: it fits
};

}  // namespace outrigger
