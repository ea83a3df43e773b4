// Options of sockets that the configuration names, beyond those that the proxy needs itself.
//
// Thread: any (values).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/socket.h"

namespace outrigger {

struct SocketOption {
  // When it is set. What only connects knows kBeforeBind alone.
  enum class When : uint8_t { kBeforeBind, kBound, kListening };

  int level = 0;
  int name = 0;
  std::string value;  // as the kernel reads it
  When when = When::kBeforeBind;

  bool operator==(const SocketOption&) const = default;
  template <typename H>
  friend H AbslHashValue(H state, const SocketOption& option) {  // STYLE: Abseil's protocol
    return H::combine(std::move(state), option.level, option.name, option.value, option.when);
  }
};

using SocketOptions = std::vector<SocketOption>;

SocketOption NumberOption(int level, int name, int value);

// Sets those of `when`. The position of the first one that the kernel refuses, and why; unset when
// it takes them all.
struct RefusedOption {
  size_t index = 0;
  int error = 0;
};
std::optional<RefusedOption> SetSocketOptions(Sockets& sockets, int fd,
                                              const SocketOptions& options,
                                              SocketOption::When when);

}  // namespace outrigger
