#include "net/kept_address.h"

#include <cstring>

namespace outrigger {

KeptAddress::KeptAddress(const Address& address) : size_(address.size()) {
  if (size_ <= sizeof ip_) {
    std::memcpy(&ip_, address.data(), size_);
  } else {
    other_ = std::make_shared<const Address>(address);
  }
}

Address KeptAddress::get() const {
  if (other_ != nullptr) return *other_;
  return Address::FromSockaddr(&ip_.any, size_);
}

}  // namespace outrigger
