// Asks the admin server of a running proxy: one request on a connection of its own, and waits.
//
// Thread: any one; blocks.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "net/address.h"

namespace outrigger::ctl {

// "127.0.0.1:9901", "[::1]:9901", "unix:/run/admin.sock", or a path that begins with '/', './' or
// '@'.
absl::StatusOr<Address> ParseAdminAddress(std::string_view text);

struct AdminAnswer {
  int status = 0;
  std::string body;
};

class AdminClient {
 public:
  static constexpr int kWaitSecondsMax = 10;  // for each step of the network
  static constexpr size_t kBodyBytesMax = 64 * 1024 * 1024;

  explicit AdminClient(const Address& address) : address_(address) {}

  // Unavailable: nobody answers there (any more).
  absl::StatusOr<AdminAnswer> Ask(std::string_view method, std::string_view target) const;

 private:
  const Address address_;
};

}  // namespace outrigger::ctl
