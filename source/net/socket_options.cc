#include "net/socket_options.h"

#include <string_view>

namespace outrigger {

SocketOption NumberOption(int level, int name, int value) {
  return {.level = level,
          .name = name,
          .value = std::string(reinterpret_cast<const char*>(&value), sizeof value)};
}

std::optional<RefusedOption> SetSocketOptions(Sockets& sockets, int fd,
                                              const SocketOptions& options,
                                              SocketOption::When when) {
  for (size_t i = 0; i < options.size(); ++i) {
    const SocketOption& option = options[i];
    if (option.when != when) continue;
    const int result = sockets.SetOption(fd, option.level, option.name, option.value);
    if (result < 0) return RefusedOption{i, -result};
  }
  return std::nullopt;
}

}  // namespace outrigger
